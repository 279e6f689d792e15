import { describe, expect, it } from "vitest";
import { syncState } from "./syncState";

describe("syncState", () => {
  it("says what needs the person first", () => {
    expect(syncState({ connection: "offline", pending: 3 }, 2)).toEqual({
      kind: "needsYou",
      count: 2,
      line: "offline",
    });
  });

  it("is on its way as a page opens, and offline only when that has failed", () => {
    expect(syncState({ connection: "stopped", pending: 0 }, 0)).toMatchObject({ kind: "connecting" });
    expect(syncState({ connection: "offline", pending: 0 }, 0)).toMatchObject({ kind: "offline" });
  });

  it("counts what waits", () => {
    expect(syncState({ connection: "live", pending: 0 }, 0)).toMatchObject({ kind: "live", count: 0 });
    expect(syncState({ connection: "live", pending: 4 }, 0)).toMatchObject({ kind: "syncing", count: 4 });
    expect(syncState({ connection: "offline", pending: 4 }, 0)).toMatchObject({ kind: "offline", count: 4 });
    expect(syncState({ connection: "welcome", pending: 1 }, 0)).toMatchObject({
      kind: "connecting",
      count: 1,
    });
    expect(syncState({ connection: "outdated", pending: 0 }, 0)).toMatchObject({
      kind: "outdated",
      count: 0,
    });
  });
});
