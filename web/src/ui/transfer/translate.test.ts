import { describe, expect, it, vi } from "vitest";
import type { Engine } from "@/engine/types";
import { importableFields } from "./mapping";
import { translator } from "./translate";

const customer = (id: string, name: string) => ({ type: "solo.customer", id, values: { name } });
const held = [
  customer("c1", "Müller GmbH"),
  customer("c2", "Harbour Works"),
  customer("c3", "harbour works"),
];

function translating() {
  const records = vi.fn(() => held);
  const words = (_: unknown, __: unknown, value: unknown) => ({ active: "Läuft" })[String(value)] ?? null;
  const engine = { records } as unknown as Pick<Engine, "records">;
  const fields = importableFields("solo.project");
  return { records, translate: translator("solo.project", fields, words as never, engine) };
}

describe("a cell of a table", () => {
  it("is read as the choice that it names, by its key or by its word", () => {
    const { translate } = translating();
    expect(["läuft ", "LAUFT", "Active", "asleep", ""].map((cell) => translate("state", cell))).toEqual([
      "active",
      "active",
      "active",
      "asleep",
      "",
    ]);
  });

  it("is read as the record that it names, of two that are called the same as the first", () => {
    const { translate } = translating();
    expect(
      ["muller gmbh", "Harbour Works", "c3", "Nobody"].map((cell) => translate("customer", cell)),
    ).toEqual(["c1", "c2", "c3", "Nobody"]);
  });

  it("stays as it is where the field takes any text", () => {
    expect(translating().translate("name", " Active ")).toBe(" Active ");
  });

  it("has the records looked through once, however many rows there are", () => {
    const { records, translate } = translating();
    for (let row = 0; row < 1_000; row++) translate("customer", `Harbour ${row}`);
    expect(records).toHaveBeenCalledTimes(1);
  });
});
