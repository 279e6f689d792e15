import type { View } from "@/engine/types";

type Address = View<"solo.address">;

const kinds = ["main", "billing", "delivery"];

/** Kind by kind, and of each the one with the latest day first; one without a day has held for ever. */
export function addressesByDay(addresses: readonly Address[]): readonly Address[] {
  return addresses.toSorted(
    ({ values: one }, { values: other }) =>
      kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
      (other.validFrom ?? "").localeCompare(one.validFrom ?? ""),
  );
}

/**
 * The ids of those that count on a day: of each kind the latest that is valid.
 * @param day such as 2026-11-21
 */
export function currentAddresses(sorted: readonly Address[], day: string): ReadonlySet<string> {
  const current = kinds.flatMap(
    (kind) => sorted.find(({ values }) => values.kind === kind && (values.validFrom ?? "") <= day)?.id ?? [],
  );
  return new Set(current);
}
