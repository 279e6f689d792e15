import type { Operation, RecordRef, Value } from "./protocol";
import type { DeadLetter } from "./types";

/** All that a refusal holds up: its own operations, and those that wait for it. */
export function operationsOf({ operations, held }: DeadLetter): readonly Operation[] {
  return [...operations, ...held.flatMap((one) => one.operations)];
}

/** Whether something was to be made, so that others may have to wait for it. */
export function makes(letter: DeadLetter): boolean {
  return madeBy(operationsOf(letter)).length > 0;
}

/**
 * The refusal that these operations have to wait for: they change a record which it was to make, or point at one.
 *
 * @param isThere whether a record was made all the same, by someone else
 */
export function causeOf(
  operations: readonly Operation[],
  letters: readonly DeadLetter[],
  isThere: (record: RecordRef) => boolean,
): DeadLetter | undefined {
  return letters.find((letter) => {
    const missing = madeBy(operationsOf(letter)).filter((record) => !isThere(record));
    return buildOn(operations, new Set(missing.map(({ id }) => id)));
  });
}

function madeBy(operations: readonly Operation[]): readonly RecordRef[] {
  return operations.filter(({ op }) => op === "create" || op === "restore");
}

function buildOn(operations: readonly Operation[], missing: ReadonlySet<string>): boolean {
  const made = new Set(madeBy(operations).map(({ id }) => id));
  return operations.some(
    (operation) => (missing.has(operation.id) && !made.has(operation.id)) || pointsAt(operation, missing),
  );
}

function pointsAt(operation: Operation, records: ReadonlySet<string>): boolean {
  if (operation.op === "create")
    return Object.values(operation.values).some((value) => names(value, records));
  return "value" in operation && names(operation.value, records);
}

function names(value: Value, records: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) return value.some((item) => records.has(item));
  return typeof value === "string" && records.has(value);
}
