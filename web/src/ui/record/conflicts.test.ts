import { describe, expect, it } from "vitest";
import type { DeadLetter } from "@/engine/types";
import { chosen, disagreementsOf } from "./conflicts";

const record = { type: "solo.customer", id: "r1" } as const;
const letter = {
  operations: [
    { op: "set", ...record, field: "name", value: "Mine", guard: { version: 1 } },
    { op: "set", ...record, field: "phone", value: "1", guard: { version: 1 } },
    { op: "listInsert", ...record, field: "tags", value: "vip" },
  ],
  conflicts: [
    {
      ...record,
      fields: {
        name: { mine: "Mine", base: "Old", theirs: "Theirs" },
        phone: { mine: "1", theirs: "2" },
        email: { theirs: "a@b.example" },
      },
    },
  ],
} as unknown as DeadLetter;

describe("a conflict", () => {
  it("is about the fields that I wanted to change", () => {
    expect(disagreementsOf(letter).map(({ field, base }) => [field, base])).toEqual([
      ["name", "Old"],
      ["phone", undefined],
    ]);
  });

  it("is settled by what I choose, and by nothing that anyone changes after that", () => {
    expect(chosen(letter, ({ field }) => field === "name")).toEqual([
      { op: "set", ...record, field: "name", value: "Mine", guard: { field: "name", equals: "Theirs" } },
      { op: "listInsert", ...record, field: "tags", value: "vip" },
    ]);
    expect(chosen(letter, () => false)).toEqual([
      { op: "listInsert", ...record, field: "tags", value: "vip" },
    ]);
  });

  it("is not about what nobody else changed, or changed to the same", () => {
    const fields = {
      name: { mine: "Mine", base: "Old", theirs: "Theirs" },
      phone: { mine: "1", base: "2", theirs: "2" },
      email: { mine: "a@b.example", base: null, theirs: "a@b.example" },
    };
    const other = { type: "solo.customer", id: "r2" } as const;
    const seen = (field: string, equals: string | null) => ({ guard: { field, equals } });
    const operations = [
      { op: "set", ...record, field: "name", value: "Mine", ...seen("name", "Old") },
      { op: "set", ...record, field: "phone", value: "1", ...seen("phone", "2") },
      { op: "set", ...record, field: "email", value: "a@b.example", ...seen("email", null) },
      { op: "set", ...other, field: "name", value: "Other", ...seen("name", "Before") },
    ];
    const both = { operations, conflicts: [{ ...record, fields }] } as unknown as DeadLetter;
    expect(disagreementsOf(both).map(({ field }) => field)).toEqual(["name"]);
    // What is said of other records still has to hold.
    expect(chosen(both, () => false)).toEqual([
      operations[1],
      { ...operations[2], ...seen("email", "a@b.example") },
      operations[3],
    ]);
  });
});
