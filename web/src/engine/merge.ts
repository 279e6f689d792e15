import type { TypeMeta } from "./metadata";
import { apply, type Stamp } from "./operations";
import type { Operation, WireRecord } from "./protocol";

/** What of a pending transaction is about one record. */
export interface Drawn extends Stamp {
  readonly operations: readonly Operation[];
  /** Where it was applied, `null` until the server says so. */
  readonly seq: number | null;
  /** Where it stands in the log, `null` until a delta or an answer says so. */
  readonly entry: number | null;
}

export interface Merged {
  readonly record: WireRecord | undefined;
  /** Whether its making waits for an answer. */
  readonly created: boolean;
  /** The fields that wait for one. */
  readonly waiting: ReadonlySet<string>;
}

/** The record that a person sees: what is confirmed, and what waits drawn over it. */
export function merge(confirmed: WireRecord | undefined, pendings: Iterable<Drawn>, meta?: TypeMeta): Merged {
  let record = confirmed;
  let deleted: WireRecord | undefined;
  let created = false;
  const waiting = new Set<string>();
  for (const pending of pendings) {
    // The confirmed record holds it already: what adds to a number must not be seen to add twice.
    if (pending.entry !== null && confirmed && confirmed.version >= pending.entry) continue;
    const after = applyAll(record, deleted, pending, meta);
    // The transaction will be refused as a whole, or it is confirmed and its answer is still under way.
    if (!after) continue;
    ({ record, deleted } = after);
    if (pending.seq !== null) continue;
    for (const operation of pending.operations) {
      if ("field" in operation) waiting.add(operation.field);
      else created = operation.op !== "delete";
    }
  }
  return { record, created, waiting };
}

function applyAll(
  before: WireRecord | undefined,
  deletedBefore: WireRecord | undefined,
  { operations, at, by }: Drawn,
  meta: TypeMeta | undefined,
): { readonly record: WireRecord | undefined; readonly deleted: WireRecord | undefined } | undefined {
  let record = before;
  let deleted = deletedBefore;
  for (const operation of operations) {
    const applied = apply(record, operation, { at, by }, deleted, meta);
    if ("code" in applied) return undefined;
    deleted = applied.record ? undefined : record;
    record = applied.record;
  }
  return { record, deleted };
}
