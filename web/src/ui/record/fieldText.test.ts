import { describe, expect, it } from "vitest";
import type { FieldMeta } from "@/engine/metadata";
import { hours, textForm } from "./fieldText";

const meta = (kind: FieldMeta["kind"]): FieldMeta => ({ name: "x", kind, required: false });

describe("what is typed", () => {
  it("is an amount in the smallest unit of its currency, however people part the decimals", () => {
    const euro = textForm(meta("money"), "EUR");
    expect(["1250", "1.250,50", "1,250.50", "1 250,5", "-3", "12.", "many"].map(euro.read)).toEqual([
      125_000,
      125_050,
      125_050,
      125_050,
      -300,
      1200,
      undefined,
    ]);
    expect(euro.write(125_050)).toBe("1250.50");
    expect(textForm(meta("money"), "JPY").read("1250")).toBe(1250);
  });

  it("is a time in hours, with minutes or with decimals", () => {
    expect(["12:30", "12,5", "0.25", "40", "1:75", "soon"].map(hours.read)).toEqual([
      750,
      750,
      15,
      2400,
      undefined,
      undefined,
    ]);
    expect(hours.write(750)).toBe("12:30");
  });

  it("is a whole number and nothing that looks like one", () => {
    expect(["30", " 30 ", "3.5", "1e3", "0x1f"].map(textForm(meta("integer")).read)).toEqual([
      30,
      30,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is a moment of this place, kept as the same moment everywhere", () => {
    const time = textForm(meta("time"));
    const kept = "2026-11-21T09:30:00.000Z";
    expect(time.read(time.write(kept))).toBe(kept);
    expect(time.read("yesterday")).toBeUndefined();
  });
});
