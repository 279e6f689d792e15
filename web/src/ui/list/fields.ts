import type { RecordTypeName } from "@/contract/contract";
import { type FieldKind, type FieldMeta, fieldMeta } from "@/engine/metadata";
import type { Value } from "@/engine/protocol";
import type { View } from "@/engine/types";
import { valueIn as heldIn } from "@/ui/record/useField";

/** When a record was made and changed last stands beside its fields. */
export const stamps = ["createdAt", "updatedAt"] as const;
export type Stamp = (typeof stamps)[number];

export function isStamp(field: string): field is Stamp {
  return stamps.some((stamp) => stamp === field);
}

/** What a list knows of its fields: those of the type, and those that the workspace defined for itself. */
export interface Known {
  readonly type: RecordTypeName;
  readonly columns?: readonly { readonly field: string; readonly meta?: FieldMeta }[];
}

/** What is known of a field; `undefined` for a stamp, and for what there is no field of. */
export function metaOf({ type, columns = [] }: Known, field: string): FieldMeta | undefined {
  return fieldMeta(type, field) ?? columns.find((column) => column.field === field)?.meta;
}

export function kindOf(known: Known, field: string): FieldKind {
  return metaOf(known, field)?.kind ?? "time";
}

/** What a record holds in a field, or when it was made or changed. */
export function valueIn(record: View, field: string): Value {
  return isStamp(field) ? record[field] : heldIn(record, field);
}

/** The same as a list of single values: the entries of a list, none where nothing is. */
export function valuesIn(record: View, field: string): readonly string[] {
  const value = valueIn(record, field);
  if (value === null) return [];
  return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
}

/** The values that a field can be set to: none where it takes more than some. */
export function choicesOf(known: Known, field: string): readonly string[] {
  return kindOf(known, field) === "boolean" ? ["true", "false"] : (metaOf(known, field)?.choices ?? []);
}
