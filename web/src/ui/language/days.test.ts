import { describe, expect, it } from "vitest";
import { daysAfter, today } from "./days";

describe("days", () => {
  it("are those of where the person is", () => {
    expect(today(new Date(2026, 0, 5, 0, 5))).toBe("2026-01-05");
    expect(today(new Date(2026, 10, 21, 23, 55))).toBe("2026-11-21");
  });

  it("are counted over months and years, in both directions", () => {
    expect(daysAfter("2026-12-30", 3)).toBe("2027-01-02");
    expect(daysAfter("2028-03-01", -1)).toBe("2028-02-29");
  });
});
