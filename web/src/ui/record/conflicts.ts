import type { Operation, RecordRef, Value } from "@/engine/protocol";
import type { DeadLetter } from "@/engine/types";
import { sameValue } from "@/engine/values";

/** One field in which a refused transaction and what is there now disagree. */
export interface Disagreement extends RecordRef {
  readonly field: string;
  readonly mine: Value;
  /** What I had seen; `undefined` where nobody knows any more. */
  readonly base: Value | undefined;
  readonly theirs: Value;
}

/** Where a person can choose: fields in which another wrote something else. The rest of the transaction waits for that. */
export function disagreementsOf(letter: DeadLetter): readonly Disagreement[] {
  return letter.conflicts.flatMap(({ type, id, fields }) =>
    Object.entries(fields).flatMap(([field, { mine, base, theirs }]) =>
      mine === undefined || sameValue(mine, theirs) || (base !== undefined && sameValue(base, theirs))
        ? []
        : [{ type, id, field, mine, base, theirs }],
    ),
  );
}

/**
 * The operations that carry out what was chosen: of fields left to the others nothing is written, of my own what I wanted,
 * as long as nobody changes them once more. All else stays, without the guards of which one is known not to hold.
 */
export function chosen(
  letter: DeadLetter,
  isMine: (disagreement: Disagreement) => boolean,
): readonly Operation[] {
  const disagreements = disagreementsOf(letter);
  return letter.operations.flatMap((operation) => {
    const { guard, ...free } = operation;
    const about = disagreements.find(
      ({ id, field }) => "field" in operation && operation.id === id && operation.field === field,
    );
    if (about && !isMine(about)) return [];
    const equals = theirsIn(letter, operation);
    if (equals !== undefined && "field" in operation)
      return [{ ...free, guard: { field: operation.field, equals } } as Operation];
    return [guard && "field" in guard ? operation : (free as Operation)];
  });
}

/** What a field that I set holds now; `undefined` where nothing was said of it. */
function theirsIn({ conflicts }: DeadLetter, operation: Operation): Value | undefined {
  if (operation.op !== "set") return undefined;
  return conflicts.find(({ id }) => id === operation.id)?.fields[operation.field]?.theirs;
}
