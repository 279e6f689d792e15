import type { Operation, Value, WireRecord } from "./protocol";

/**
 * The operations that undo one: nothing where it changed nothing, `null` where nobody knows how (it set a secret).
 *
 * @param before the record before it; `undefined` for a create and a restore
 * @param isSecret whether a field is one of which the record says only that it is set
 */
export function inverse(
  operation: Operation,
  before: WireRecord | undefined,
  isSecret: (field: string) => boolean = () => false,
): readonly Operation[] | null {
  const { type, id } = operation;
  if (operation.op === "create" || operation.op === "restore") return [{ op: "delete", type, id }];
  if (operation.op === "delete") return [{ op: "restore", type, id }];

  const { field } = operation;
  const item = "value" in operation && typeof operation.value === "string" ? operation.value.normalize() : "";
  if (isSecret(field)) return null;
  const held: Value = before?.values[field] ?? null;
  const back: Operation = { op: "set", type, id, field, value: held };
  // Of a custom value only its definition knows the kind; and a number that was empty was not 0.
  if (field.startsWith("ext.") || held === null) return [back];
  const items = Array.isArray(held) ? (held as readonly string[]) : [];
  switch (operation.op) {
    case "increment":
      return [{ op: "increment", type, id, field, by: 0 - operation.by }];
    case "listInsert":
      if (items.includes(item)) return [];
      return [{ op: "listRemove", type, id, field, value: item }];
    case "listRemove": {
      const index = items.indexOf(item);
      if (index < 0) return [];
      return [{ op: "listInsert", type, id, field, value: item, at: { index } }];
    }
    default:
      return [back];
  }
}
