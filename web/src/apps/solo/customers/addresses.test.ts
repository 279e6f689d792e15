import { describe, expect, it } from "vitest";
import type { View } from "@/engine/types";
import { addressesByDay, currentAddresses } from "./addresses";

const address = (id: string, kind: string, validFrom: string | null) =>
  ({ id, values: { kind, validFrom } }) as unknown as View<"solo.address">;

describe("addresses", () => {
  const sorted = addressesByDay([
    address("delivery", "delivery", null),
    address("old", "main", null),
    address("next", "main", "2027-01-01"),
    address("now", "main", "2024-05-01"),
  ]);

  it("stand by kind, the latest first", () => {
    expect(sorted.map(({ id }) => id)).toEqual(["next", "now", "old", "delivery"]);
  });

  it("count from their day on, until another one does", () => {
    const on = (day: string) => [...currentAddresses(sorted, day)];
    expect(on("2026-11-21")).toEqual(["now", "delivery"]);
    expect(on("2027-01-01")).toEqual(["next", "delivery"]);
    expect(on("2020-01-01")).toEqual(["old", "delivery"]);
  });
});
