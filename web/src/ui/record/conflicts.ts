import type { Operation, RecordRef, Value } from "@/engine/protocol";
import type { DeadLetter } from "@/engine/types";

/** One field in which a refused transaction and what is there now disagree. */
export interface Disagreement extends RecordRef {
  readonly field: string;
  readonly mine: Value;
  /** What I had seen; `undefined` where nobody knows any more. */
  readonly base: Value | undefined;
  readonly theirs: Value;
}

/** Where a person can choose, field by field; the rest of the transaction waits for that. */
export function disagreementsOf(letter: DeadLetter): readonly Disagreement[] {
  return letter.conflicts.flatMap(({ type, id, fields }) =>
    Object.entries(fields).flatMap(([field, { mine, base, theirs }]) =>
      mine === undefined ? [] : [{ type, id, field, mine, base, theirs }],
    ),
  );
}

/**
 * The operations that carry out what was chosen: of fields left to the others nothing is written, of my own what I wanted,
 * as long as nobody changes them once more. All else stays, without the guards that did not hold.
 */
export function chosen(
  letter: DeadLetter,
  isMine: (disagreement: Disagreement) => boolean,
): readonly Operation[] {
  const disagreements = disagreementsOf(letter);
  return letter.operations.flatMap((operation) => {
    const { guard: _, ...free } = operation;
    const about = disagreements.find(
      ({ id, field }) => "field" in operation && operation.id === id && operation.field === field,
    );
    if (!about) return [free as Operation];
    if (!isMine(about)) return [];
    return [{ ...free, guard: { field: about.field, equals: about.theirs } } as Operation];
  });
}
