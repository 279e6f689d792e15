import type { RecordTypeName } from "@/contract/contract";
import { type FieldKind, fieldMeta } from "@/engine/metadata";
import type { Value } from "@/engine/protocol";
import type { View } from "@/engine/types";
import { valueIn as heldIn } from "@/ui/record/useField";

/** When a record was made and changed last stands beside its fields. */
export const stamps = ["createdAt", "updatedAt"] as const;
export type Stamp = (typeof stamps)[number];

export function kindOf(type: RecordTypeName, field: string): FieldKind {
  return fieldMeta(type, field)?.kind ?? "time";
}

/** What a record holds in a field, or when it was made or changed. */
export function valueIn(record: View, field: string): Value {
  return field === "createdAt" || field === "updatedAt" ? record[field] : heldIn(record, field);
}

/** The same as a list of single values: the entries of a list, none where nothing is. */
export function valuesIn(record: View, field: string): readonly string[] {
  const value = valueIn(record, field);
  if (value === null) return [];
  return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
}
