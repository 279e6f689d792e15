import { type Knows, keyOf, seenBy, unguarded, wantedBy } from "./guarded";
import type { Operation, RecordRef, SetOperation, Value } from "./protocol";
import type { DeadLetter } from "./types";
import { sameValue } from "./values";

/** All that a refusal holds up: its own operations, and those that wait for it. */
export function operationsOf({ operations, held }: DeadLetter): readonly Operation[] {
  return [...operations, ...held.flatMap((one) => one.operations)];
}

/** Why a change is refused that could not be written down here. */
export function notKept(
  failed: "full" | "broken",
): Pick<DeadLetter, "error"> & { readonly outcome: "rejected" } {
  const code = failed === "full" ? "storage.full" : "storage.failed";
  const detail = "The change could not be kept in this browser, so it was not made.";
  return { outcome: "rejected", error: { type: "about:blank", title: "Not kept", status: 0, detail, code } };
}

/** Whether it could not be written down here, so that it was never sent. */
export function isUnkept(letter: DeadLetter | undefined): boolean {
  return letter?.error.code.startsWith("storage.") === true;
}

/** The transactions that became of one refusal. */
export function idsOf({ id, joined = [], held }: DeadLetter): readonly string[] {
  return [id, ...joined, ...held.map((one) => one.id)];
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

/** What the server says of a conflict, with what only this browser knows: all that I wanted, and what I had seen there. */
export function withSeen(letter: DeadLetter): DeadLetter {
  const conflicts = letter.conflicts.map((conflict) => {
    const fields = { ...conflict.fields };
    for (const [field, said] of Object.entries(fields)) {
      const [first, last] = [setsOf(letter, conflict, field)[0], setsOf(letter, conflict, field).at(-1)];
      const base = first && seenBy(first);
      if (last) fields[field] = { ...said, mine: wantedBy(last), ...(base !== undefined && { base }) };
    }
    return { ...conflict, fields };
  });
  return { ...letter, conflicts };
}

/**
 * The letter with a conflict that came of it: where someone wrote on from what was refused, he is asked once, about the
 * newest that he wrote. `null` where the other says more than that.
 */
export function continued(letter: DeadLetter, later: DeadLetter): DeadLetter | null {
  if (later.outcome !== "conflict" || !later.operations.every((one) => goesOn(letter, one))) return null;
  const newest = new Map(later.operations.map((one) => [keyOf(one), one as SetOperation]));
  const operations = letter.operations.map((one): Operation => {
    const next = newest.get(keyOf(one));
    return one.op === "set" && next ? { ...one, value: next.value } : one;
  });
  const joined = [...(letter.joined ?? []), later.id];
  if (letter.outcome !== "conflict") return { ...letter, operations, joined };
  const current = [...later.current, ...letter.current.filter((one) => !isAmong(later.current, one))];
  const conflicts = later.conflicts.map((conflict) => {
    const before = letter.conflicts.find((one) => one.id === conflict.id);
    return { ...conflict, fields: { ...before?.fields, ...conflict.fields } };
  });
  const others = letter.conflicts.filter((one) => !isAmong(conflicts, one));
  return withSeen({ ...letter, operations, joined, current, conflicts: [...conflicts, ...others] });
}

/** Whether all of it is as I want it without me, or I want what I had found: then there is nothing to ask. */
export function isSettled(letter: DeadLetter): boolean {
  return letter.held.length === 0 && letter.operations.every((one) => isSo(letter, one));
}

function isSo(letter: DeadLetter, operation: Operation): boolean {
  if (operation.op !== "set") return false;
  const sets = setsOf(letter, operation, operation.field);
  const [first, last] = [sets[0], sets.at(-1)];
  if (!first || !last) return false;
  const [wanted, base] = [wantedBy(last), seenBy(first)];
  const current = letter.current.find(({ id }) => id === operation.id);
  if (base !== undefined && sameValue(wanted, base)) return true;
  return current !== undefined && sameValue(wanted, current.values[operation.field] ?? null);
}

/** The letter without what others wrote in fields that are known here no more: my own words stay. */
export function forgetful(letter: DeadLetter, knows: Knows): DeadLetter {
  const known = <T>(record: RecordRef, fields: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => knows(record, field)));
  const current = letter.current.map((one) => ({ ...one, values: known(one, one.values) }));
  const conflicts = letter.conflicts.map((one) => ({ ...one, fields: known(one, one.fields) }));
  return {
    ...letter,
    operations: unguarded(letter.operations, knows),
    held: letter.held.map((one) => ({ ...one, operations: unguarded(one.operations, knows) })),
    current: current.filter(({ values }) => Object.keys(values).length > 0),
    conflicts: conflicts.filter(({ fields }) => Object.keys(fields).length > 0),
  };
}

function goesOn(letter: DeadLetter, operation: Operation): boolean {
  if (operation.op !== "set") return false;
  const before = setsOf(letter, operation, operation.field).at(-1);
  const seen = seenBy(operation);
  return before !== undefined && seen !== undefined && sameValue(wantedBy(before), seen);
}

function setsOf({ operations }: DeadLetter, { id }: RecordRef, field: string): readonly SetOperation[] {
  return operations.flatMap((one) => (one.op === "set" && one.id === id && one.field === field ? [one] : []));
}

function isAmong(all: readonly RecordRef[], one: RecordRef): boolean {
  return all.some(({ id }) => id === one.id);
}
