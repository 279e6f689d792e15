import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lies, rangeOf, rangeQuery, rangeText, readRange } from "./ranges";

describe("a range in the address", () => {
  it("is read with either end open, one value alone as itself, and turned round where it was written so", () => {
    expect(readRange("date", "2026-01-01..2026-03-31")).toEqual({ from: "2026-01-01", to: "2026-03-31" });
    expect(readRange("money", "100..")).toEqual({ from: "100", to: null });
    expect(readRange("integer", "..-5")).toEqual({ from: null, to: "-5" });
    expect(readRange("integer", "7")).toEqual({ from: "7", to: "7" });
    expect(readRange("integer", "10..9")).toEqual({ from: "9", to: "10" });
    expect(readRange("time", "2026-03-31..2026-01-01")).toEqual({ from: "2026-01-01", to: "2026-03-31" });
  });

  it.each(["", "..", "1..2..3", "2026-02-30", "tomorrow..", "0026-01-01", "9999-01-01"])(
    "is none as %j",
    (text) => {
      expect(readRange("date", text)).toBeNull();
    },
  );

  it.each(["1.5..", "..1e3", "9999999999999999"])("is none of numbers as %j", (text) => {
    expect(readRange("integer", text)).toBeNull();
  });

  it("says the same once more when it was written", () => {
    const number = fc.option(fc.integer().map(String), { nil: null });
    fc.assert(
      fc.property(number, number, (from, to) => {
        const range = rangeOf("integer", { from, to });
        expect(readRange("integer", rangeText(range) ?? "")).toEqual(
          from === null && to === null ? null : range,
        );
      }),
    );
  });
});

describe("a value lies in a range", () => {
  it("with both ends, and never where there is none", () => {
    const days = lies("date", { from: "2026-01-01", to: "2026-01-31" });
    expect(["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", null].map(days)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    const amounts = lies("money", { from: null, to: "900" });
    expect([900, 901, null].map(amounts)).toEqual([true, false, false]);
  });

  it("at every moment of the days where the person is, and the server is asked for the same", () => {
    const range = { from: "2026-11-20", to: "2026-11-21" };
    const isIn = lies("time", range);
    const at = (...parts: [number, number, number, number, number, number]) =>
      new Date(...parts).toISOString();
    const [first, beyond] = [at(2026, 10, 20, 0, 0, 0), at(2026, 10, 22, 0, 0, 0)];
    expect([at(2026, 10, 19, 23, 59, 59), first, at(2026, 10, 21, 23, 59, 59), beyond].map(isIn)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(rangeQuery("time", "updated", range)).toBe(`updated>=${first} updated<${beyond}`);
    expect(rangeQuery("time", "updated", { from: null, to: "2026-11-21" })).toBe(`updated<${beyond}`);
  });
});
