import { describe, expect, it } from "vitest";
import type { Project } from "./projects";
import { barOf, monthsLater, placed, placeOf, spanOf } from "./timeline";

const project = (startsOn: string | null, endsOn: string | null) =>
  ({ values: { startsOn, endsOn } }) as unknown as Project;
const span = spanOf("2026-11-21", 2);
const bar = (startsOn: string | null, endsOn: string | null) => {
  const found = barOf(project(startsOn, endsOn), span);
  return (
    found && [Math.round(found.start * 0.61), Math.round(found.width * 0.61), found.openStart, found.openEnd]
  );
};

describe("the timeline", () => {
  it("shows whole months, each as wide as it is long", () => {
    expect(span.months.map(({ first, width }) => [first, Math.round(width * 0.61)])).toEqual([
      ["2026-11-01", 30],
      ["2026-12-01", 31],
    ]);
    expect(monthsLater("2026-11-21", 3)).toBe("2027-02-01");
    expect(placeOf("2026-12-01", span)).toBeCloseTo((100 * 30) / 61);
    expect(placeOf("2027-01-01", span)).toBeNull();
  });

  it("draws a project from its first day to its last, as far as it is in sight", () => {
    expect(bar("2026-11-01", "2026-11-01")).toEqual([0, 1, false, false]);
    expect(bar("2026-11-11", "2026-12-31")).toEqual([10, 51, false, false]);
    expect(bar("2025-01-01", "2028-01-01")).toEqual([0, 61, false, false]);
  });

  it("leaves open what has no end or no beginning, and out what lies elsewhere", () => {
    expect(bar("2026-12-01", null)).toEqual([30, 31, false, true]);
    expect(bar(null, "2026-11-10")).toEqual([0, 10, true, false]);
    expect(bar(null, null)).toBeNull();
    expect(bar("2027-01-01", null)).toBeNull();
    expect(bar(null, "2026-10-31")).toBeNull();
  });

  it("shows what lies in sight in the order of its beginnings, and says where the rest is", () => {
    const all = [
      project("2026-12-05", null),
      project(null, null),
      project("2026-11-20", "2026-11-25"),
      project("2027-03-01", null),
      project("2027-02-01", "2027-03-01"),
      project(null, "2026-10-30"),
      project("2026-01-01", "2026-09-01"),
      project(null, "2026-11-10"),
    ];
    const { shown, earlier, later, undated } = placed(all, span);
    expect(shown.map((one) => all.indexOf(one.project))).toEqual([7, 2, 0]);
    expect(earlier).toEqual({ count: 2, nearest: "2026-10-30" });
    expect(later).toEqual({ count: 2, nearest: "2027-02-01" });
    expect(undated).toBe(1);
    expect(placed([], span)).toEqual({ shown: [], earlier: null, later: null, undated: 0 });
  });
});
