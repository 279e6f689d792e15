import { describe, expect, it } from "vitest";
import type { RecordTypeName } from "@/contract/contract";
import type { View } from "@/engine/types";
import { outcomeOf, type Sample } from "./sample";

const record = (
  type: RecordTypeName,
  id: string,
  version = 7,
  values: object = {},
  updatedBy: string | null = "ada",
) => ({ type, id, version, values, updatedBy }) as View;

const held = [
  record("solo.customer", "bakery"),
  record("solo.customer", "lawyers", 9),
  record("solo.customer", "museum", 12),
  record("solo.project", "website", 8, { customer: "bakery" }, null),
  record("solo.task", "launch"),
  record("solo.project", "own", 20, { customer: "museum" }),
];
const engine = {
  record: (type: RecordTypeName, id: string) => held.find((one) => one.type === type && one.id === id),
  records: (type: RecordTypeName) => held.filter((one) => one.type === type),
} as Parameters<typeof outcomeOf>[1];

const sample = {
  version: 7,
  values: {
    records: [
      "solo.customer bakery",
      "solo.customer lawyers",
      "solo.customer museum",
      "solo.customer gone",
      "solo.project website",
      "solo.task launch",
      "solo.unheardOf thing",
    ],
  },
} as unknown as Sample;

describe("removing a sample", () => {
  const { going, changed, staying } = outcomeOf(sample, engine);

  it("takes what came with it and is still there", () => {
    expect(going).toEqual([
      { type: "solo.customer", count: 2 },
      { type: "solo.project", count: 1 },
      { type: "solo.task", count: 1 },
    ]);
  });

  it("takes what people have changed since as well, and says so", () => {
    expect(changed.map(({ id }) => id)).toEqual(["lawyers"]);
  });

  it("leaves what one's own work is for", () => {
    expect(staying.map(({ id }) => id)).toEqual(["museum"]);
  });
});
