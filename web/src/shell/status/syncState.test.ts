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
