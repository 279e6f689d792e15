import { describe, expect, it } from "vitest";
import { type Bar, lengthsOf } from "./bars";

const bars = (...values: number[]) => values.map((value) => ({ value }) as Bar);

describe("the bars of a chart", () => {
  it("are measured by the longest", () => {
    expect(lengthsOf(bars(8, 4, 0))).toEqual([100, 50, 0]);
  });

  it("are measured by what is full, where that is said, and go no further", () => {
    expect(lengthsOf(bars(85, 130), 100)).toEqual([85, 100]);
  });

  it("are seen however short, and nothing is nothing", () => {
    expect(lengthsOf(bars(1, 10_000))).toEqual([1, 100]);
    expect(lengthsOf(bars(0, 0))).toEqual([0, 0]);
    expect(lengthsOf([])).toEqual([]);
  });
});
