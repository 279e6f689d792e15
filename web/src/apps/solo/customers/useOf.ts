import { useMemo } from "react";
import { useRecords } from "@/engine/react";
import type { View } from "@/engine/types";

/** The records of a type that belong to a customer. */
export function useOf<T extends "solo.note" | "solo.project" | "solo.contact" | "solo.address">(
  type: T,
  customer: string,
): readonly View<T>[] {
  const all = useRecords(type);
  return useMemo(
    () =>
      all.filter((record) => (record.values as { readonly customer: string | null }).customer === customer),
    [all, customer],
  );
}
