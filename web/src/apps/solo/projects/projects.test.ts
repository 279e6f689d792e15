import { describe, expect, it } from "vitest";
import { isLate, type Project } from "./projects";

const project = (state: string, endsOn: string | null, template: boolean | null = null) =>
  ({ values: { state, endsOn, template } }) as unknown as Project;

describe("a project is late", () => {
  it("from the day after its last one, as long as it is to be done", () => {
    expect(isLate(project("active", "2026-11-20"), "2026-11-21")).toBe(true);
    expect(isLate(project("draft", "2026-11-20"), "2026-11-21")).toBe(true);
    expect(isLate(project("active", "2026-11-21"), "2026-11-21")).toBe(false);
  });

  it("never where it is done, has no end, or is only a template", () => {
    expect(isLate(project("completed", "2026-11-20"), "2026-11-21")).toBe(false);
    expect(isLate(project("archived", "2026-11-20"), "2026-11-21")).toBe(false);
    expect(isLate(project("active", null), "2026-11-21")).toBe(false);
    expect(isLate(project("draft", "2026-11-20", true), "2026-11-21")).toBe(false);
  });
});
