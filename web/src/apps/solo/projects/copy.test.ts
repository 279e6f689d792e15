import { describe, expect, it } from "vitest";
import { copyOf, type Wanted } from "./copy";
import type { Project } from "./projects";

const project = (startsOn: string | null, endsOn: string | null = null) =>
  ({ values: { startsOn, endsOn } }) as unknown as Project;
const wanted: Wanted = {
  name: "Spring",
  customer: "c",
  startsOn: "2027-03-01",
  tasks: true,
  assignees: true,
  budget: true,
  own: {},
};

describe("a copy of a project", () => {
  it("begins anew, and all dates move with the first day", () => {
    expect(copyOf(project("2026-11-01"), false, wanted)).toEqual({
      values: {
        name: "Spring",
        customer: "c",
        startsOn: "2027-03-01",
        state: "draft",
        template: null,
        spent: null,
        spentMinutes: null,
      },
      with: { "solo.task": { done: false } },
      days: 120,
    });
  });

  it("leaves behind what was not asked for", () => {
    const copy = copyOf(project(null), true, { ...wanted, assignees: false, budget: false });
    expect(copy.with).toEqual({ "solo.task": { done: false, assignee: null } });
    expect(copy.values).toMatchObject({ template: true, budget: null, budgetMinutes: null });
    expect(copyOf(project(null), false, { ...wanted, tasks: false }).with).toEqual({});
  });

  it("moves no date where one of the two has no first day, nor by an hour that a clock was put forward", () => {
    expect(copyOf(project(null), false, wanted).days).toBe(0);
    expect(copyOf(project("2026-11-01"), false, { ...wanted, startsOn: null }).days).toBe(0);
    expect(copyOf(project("2026-03-28"), false, { ...wanted, startsOn: "2026-03-30" }).days).toBe(2);
  });

  it("has no last day that would lie before its first", () => {
    const valuesOf = (...days: Parameters<typeof project>) => copyOf(project(...days), false, wanted).values;
    expect(valuesOf(null, "2027-02-28")).toHaveProperty("endsOn", null);
    expect(valuesOf(null, "2027-03-01")).not.toHaveProperty("endsOn");
    expect(valuesOf("2026-11-01", "2026-11-30")).not.toHaveProperty("endsOn");
  });

  it("is given what the workspace demands since", () => {
    const own = { "ext.region": "North" };
    expect(copyOf(project(null), false, { ...wanted, own }).values).toMatchObject(own);
  });
});
