import { fieldMeta, typeMeta } from "./metadata";
import type { Guard, Operation, RecordRef, SetOperation, Value, WireRecord } from "./protocol";
import { stored } from "./values";

type Read = (record: RecordRef) => WireRecord | undefined;

/**
 * The operations as they are meant by who cannot see what others do meanwhile: what sets a field without a guard gets one on
 * what the person saw there. Records that nobody else knows of yet need none.
 *
 * @param confirmed the record as the server has confirmed it
 * @param seen the record as the person sees it
 */
export function guarded(operations: readonly Operation[], confirmed: Read, seen: Read): readonly Operation[] {
  const touched = new Set<string>();
  return operations.map((operation) => {
    const [whole, key] = [operation.id, keyOf(operation)];
    // What the same transaction did before is no news to it.
    const isFirst = !touched.has(whole) && !touched.has(key);
    touched.add(key);
    if (operation.op !== "set" || operation.guard || !isFirst) return operation;
    const [held, shown] = [confirmed(operation), seen(operation)];
    if (!held || !shown || !isGuardable(operation, held)) return operation;
    const { field } = operation;
    return { ...operation, guard: { field, equals: shown.values[field] ?? null } };
  });
}

/**
 * The operations with guards on what is held now, for whoever wants them all the same.
 *
 * @param withFields also those on fields, which else say what was chosen
 */
export function renewed(
  operations: readonly Operation[],
  confirmed: Read,
  seen: Read,
  withFields: boolean,
): readonly Operation[] {
  return operations.map((operation) => {
    const [held, shown] = [confirmed(operation), seen(operation)];
    if (!operation.guard || !held || !shown) return operation;
    const guards: readonly Guard[] = [operation.guard].flat();
    const guard = guards.map((one) => {
      if ("version" in one) return { version: held.version };
      return withFields && "field" in one ? { ...one, equals: shown.values[one.field] ?? null } : one;
    });
    return { ...operation, guard };
  });
}

/** Whether a field of a record is known here; "" stands for the record as a whole. */
export type Knows = (record: RecordRef, field: string) => boolean;

/** The operations without guards that say what a field held which is known here no more. */
export function unguarded(operations: readonly Operation[], knows: Knows): readonly Operation[] {
  return operations.map((operation) => {
    const guards: readonly Guard[] = operation.guard ? [operation.guard].flat() : [];
    const left = guards.filter((one) => !("field" in one) || knows(operation, one.field));
    if (left.length === guards.length) return operation;
    const { guard: _, ...free } = operation;
    return (left.length > 0 ? { ...free, guard: left } : free) as Operation;
  });
}

/**
 * Whether a guard may look at the field: not inside of what is secret, nor at what my role hides from me. A place in an order
 * is nobody's word, and what only I can see is mine on every device: there the last one simply holds.
 */
function isGuardable({ type, field }: SetOperation, held: WireRecord): boolean {
  const meta = fieldMeta(type, field);
  if (typeMeta(type).permissions.includes(`${type}.read.member`)) return false;
  if (!meta) return field.startsWith("ext.") && typeMeta(type).customFields === true;
  const isOpen = meta.kind !== "secret" && meta.kind !== "sealed" && meta.format !== "order";
  return isOpen && field in held.values;
}

/** What a guard says that an operation's field holds before it; `undefined` where none does. */
export function seenBy({ guard, ...operation }: Operation): Value | undefined {
  const guards: readonly Guard[] = guard ? [guard].flat() : [];
  for (const one of guards)
    if ("field" in one && "field" in operation && one.field === operation.field) return one.equals;
  return undefined;
}

/** What the field holds when the operation was done. */
export function wantedBy({ type, field, value }: SetOperation): Value {
  const meta = fieldMeta(type, field) ?? { name: field, kind: "custom", required: false };
  return stored(meta, value);
}

/** The record's field, or the record where the operation is about all of it. */
export function keyOf(operation: Operation): string {
  return "field" in operation ? `${operation.id}/${operation.field}` : operation.id;
}
