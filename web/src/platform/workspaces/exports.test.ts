import { describe, expect, it } from "vitest";
import type { Run } from "@/ui/runs/runs";
import { canBeFetched, newestExport } from "./exports";

const madeAt = "2026-06-15T12:00:00Z";

function run(id: string, state: Run["values"]["state"], kind = "workspace.export"): Run {
  return {
    type: "jobs.run",
    id,
    version: 1,
    createdAt: madeAt,
    createdBy: null,
    updatedAt: madeAt,
    updatedBy: null,
    values: { member: "m", kind, state, percent: 0, step: null, count: null, attempt: 1 },
    state: "confirmed",
    fields: {},
  };
}

describe("exports", () => {
  it("shows the one that is under way, else the newest, and no other work", () => {
    const [old, next, other] = [run("1", "done"), run("2", "cancelled"), run("3", "running", "solo.import")];
    expect(newestExport([old, next, other])?.id).toBe("2");
    expect(newestExport([old, next, run("0", "waiting")])?.id).toBe("0");
    expect(newestExport([other])).toBeUndefined();
  });

  it("offers what is done, for a day", () => {
    const at = (hours: number) => new Date(Date.parse(madeAt) + hours * 3_600_000);
    expect(canBeFetched(run("1", "done"), at(23.9))).toBe(true);
    expect(canBeFetched(run("1", "done"), at(24))).toBe(false);
    expect(canBeFetched(run("1", "failed"), at(1))).toBe(false);
  });
});
