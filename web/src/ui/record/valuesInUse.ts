import type { View } from "@/engine/types";
import { valueIn } from "./useField";

/** Every entry of a list that any of these records holds, the most used first. */
export function valuesInUse(records: readonly View[], field: string): readonly string[] {
  const counts = new Map<string, number>();
  const entries = records.flatMap((record) => (valueIn(record, field) ?? []) as readonly string[]);
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]).map(([entry]) => entry);
}
