import { describe, expect, it } from "vitest";
import { begun, stepAt, type TourStep } from "./steps";

const steps = ["home", "find", "people"].map((id) => ({ id })) as unknown as readonly TourStep[];

describe("the tour", () => {
  it("stands where it was left, and at the first step where that is gone", () => {
    expect([stepAt(steps, "people"), stepAt(steps, "gone"), stepAt(steps, null)]).toEqual([2, 0, 0]);
  });

  it("goes on after a pause, and begins anew once it is done", () => {
    expect(begun("away")).toEqual({ tour: "open" });
    expect(begun("done")).toEqual({ tour: "open", tourStep: null });
    expect(begun(null)).toEqual({ tour: "open", tourStep: null });
  });
});
