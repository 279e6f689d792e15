import { describe, expect, it } from "vitest";
import type { View } from "@/engine/types";
import { changesBack, isOnlyThat, operationsBack } from "./putBack";

const now = (values: object) =>
  ({
    type: "solo.contact",
    id: "c1",
    values: { customer: "k", name: "Ana", role: null, ...values },
  }) as unknown as View;
const set = (field: string, value: unknown) => ({ op: "set", type: "solo.contact", id: "c1", field, value });

describe("to put a record back", () => {
  it("sets what differs, and empties what was not there", () => {
    const past = { customer: "k", name: "Ana", role: "Buyer", phone: null };
    expect(operationsBack(now({ phone: "1" }), past)).toEqual([set("role", "Buyer"), set("phone", null)]);
  });

  it("changes nothing where nothing has changed", () => {
    expect(operationsBack(now({}), { customer: "k", name: "Ana" })).toEqual([]);
  });

  it("goes without a question only where the one field changes that stands beside it", () => {
    const entry = { fields: [{ field: "phone", before: null, after: "1" }] };
    const then = { customer: "k", name: "Ana", role: null, phone: "1" };
    expect(isOnlyThat(entry, changesBack(now({ phone: "2" }), then))).toBe(true);
    expect(isOnlyThat(entry, changesBack(now({ phone: "2", email: "a@b.example" }), then))).toBe(false);
    expect(isOnlyThat(entry, changesBack(now({ phone: "1", email: "a@b.example" }), then))).toBe(false);
  });

  it("leaves what my role may not change", () => {
    const past = { customer: "k", name: "Ana", role: "Buyer", phone: "2" };
    expect(operationsBack(now({ phone: "1" }), past, ({ name }) => name !== "phone")).toEqual([
      set("role", "Buyer"),
    ]);
  });

  it("holds for the fields that the workspace defined for itself", () => {
    expect(
      operationsBack(now({ "ext.size": 44 }), { customer: "k", name: "Ana", "ext.shape": "oval" }),
    ).toEqual([set("ext.shape", "oval"), set("ext.size", null)]);
  });
});
