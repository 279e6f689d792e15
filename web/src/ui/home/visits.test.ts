import { describe, expect, it } from "vitest";
import { awayAfter, notedEvery, visitAt } from "./visits";

const updatedAt = "2026-11-20T16:40:00.000Z";
const seenAfter = (passed: number) => visitAt(Date.parse(updatedAt) + passed, { updatedAt });

describe("a visit", () => {
  it("goes on, and is noted now and then", () => {
    expect(seenAfter(notedEvery - 1)).toBeNull();
    expect(seenAfter(notedEvery)).toEqual({ visitedAt: "2026-11-20T17:10:00.000Z" });
  });

  it("begins anew for who was away: what came since he was last there is news", () => {
    expect(seenAfter(awayAfter)).toEqual({ visitedAt: "2026-11-20T17:40:00.000Z", seenAt: updatedAt });
  });

  it("is not noted by a clock that runs behind", () => {
    expect(seenAfter(-notedEvery)).toBeNull();
  });
});
