import { typeMeta } from "@/engine/metadata";
import type { Operation, Values } from "@/engine/protocol";
import type { View } from "@/engine/types";
import { valueIn } from "../useField";

/** What gives a record the values that it had; nothing of what it still has. */
export function operationsBack(record: View, past: Values): readonly Operation[] {
  const { type, id } = record;
  const known = typeMeta(type).fields.filter(({ readOnly, kind }) => readOnly !== true && kind !== "secret");
  const custom = [...Object.keys(past), ...Object.keys(record.values)].filter((name) =>
    name.startsWith("ext."),
  );
  return [...new Set([...known.map(({ name }) => name), ...custom])].flatMap((field) => {
    const value = past[field] ?? null;
    return JSON.stringify(value) === JSON.stringify(valueIn(record, field))
      ? []
      : [{ op: "set", type, id, field, value } as const];
  });
}
