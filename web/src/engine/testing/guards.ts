import type { ErrorCode } from "@/contract/contract";
import type { Guard, Operation, WireRecord } from "../protocol";
import { sameValue } from "../values";

const guardsOf = ({ guard }: Operation): readonly Guard[] => (guard ? [guard].flat() : []);

/** Whether what an operation's guards say of the record before it holds, as the server judges it. */
export function guardFault(operation: Operation, before: WireRecord, head: number): ErrorCode | undefined {
  for (const guard of guardsOf(operation)) {
    if ("version" in guard && guard.version > head) return "guard.version_from_future";
    if ("version" in guard && guard.version !== before.version) return "record.changed";
    if ("field" in guard && !sameValue(before.values[guard.field] ?? null, guard.equals))
      return "record.changed";
  }
  return undefined;
}

/** Whether nobody else holds what the operation's guards want to be unique. */
export function uniqueFault(
  operation: Operation,
  after: WireRecord,
  others: readonly WireRecord[],
): ErrorCode | undefined {
  const taken = guardsOf(operation).some(
    (guard) =>
      "unique" in guard &&
      guard.unique.every((field) => (after.values[field] ?? null) !== null) &&
      others.some(
        (other) =>
          other.type === after.type &&
          other.id !== after.id &&
          guard.unique.every((field) => sameValue(other.values[field], after.values[field])),
      ),
  );
  return taken ? "record.not_unique" : undefined;
}
