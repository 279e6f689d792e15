import { type FieldMeta, typeMeta } from "@/engine/metadata";
import type { Operation, Values } from "@/engine/protocol";
import type { FieldChange, HistoryEntry } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import { valueIn } from "../useField";

/** A moment of a record's history, and what would change on the way there. */
export interface WayBack {
  readonly at: string;
  readonly past: Values;
  readonly changes: readonly FieldChange[];
}

/** Whether a field is mine to change, where I may change its record. */
type MayChange = (field: FieldMeta) => boolean;

/** What would change if a record got the values that it had; nothing of what it still has. */
export function changesBack(
  record: View,
  past: Values,
  mayChange: MayChange = () => true,
): readonly FieldChange[] {
  const known = typeMeta(record.type).fields.filter(
    (field) => field.readOnly !== true && field.kind !== "secret" && mayChange(field),
  );
  const custom = [...Object.keys(past), ...Object.keys(record.values)].filter((name) =>
    name.startsWith("ext."),
  );
  return [...new Set([...known.map(({ name }) => name), ...custom])].flatMap((field) => {
    const [before, after] = [valueIn(record, field), past[field] ?? null];
    return JSON.stringify(after) === JSON.stringify(before) ? [] : [{ field, before, after }];
  });
}

/** What gives a record the values that it had. */
export function operationsBack(record: View, past: Values, mayChange?: MayChange): readonly Operation[] {
  const { type, id } = record;
  return changesBack(record, past, mayChange).map(({ field, after = null }) => ({
    op: "set",
    type,
    id,
    field,
    value: after,
  }));
}

/** Whether the way back changes but the one field that the entry itself is about, as who asks expects. */
export function isOnlyThat(entry: Pick<HistoryEntry, "fields">, changes: readonly FieldChange[]): boolean {
  return changes.length === 1 && entry.fields.some(({ field }) => field === changes[0]?.field);
}
