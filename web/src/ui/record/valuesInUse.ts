import type { View } from "@/engine/types";
import { valueIn } from "./useField";

/** Every value of a field that any of these records holds, of a list each entry; the most used first. */
export function valuesInUse(records: readonly View[], field: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const value of records.flatMap((record) => valueIn(record, field) ?? [])) {
    const text = String(value);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort((one, other) => other[1] - one[1]).map(([value]) => value);
}
