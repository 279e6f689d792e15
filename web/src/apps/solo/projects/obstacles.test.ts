import { describe, expect, it } from "vitest";
import type { View } from "@/engine/types";
import { obstacleTo } from "./obstacles";
import type { Project } from "./projects";

const project = (state: string, customer: string | null = "c", billing = "hourly") =>
  ({ values: { state, customer, billing } }) as unknown as Project;
const customer = (status: string) =>
  ({ values: { name: "Harbour Works", status } }) as unknown as View<"solo.customer">;
const around = { customer: customer("active"), openTasks: 0 };

describe("what stands in the way of a project", () => {
  it.each([
    [project("draft"), "active", around, null],
    [project("draft", null), "active", around, "project.needs_customer"],
    [project("draft", null, "none"), "active", around, null],
    [project("draft"), "active", { ...around, customer: customer("archived") }, "project.customer_archived"],
    [project("active"), "completed", { ...around, openTasks: 2 }, "project.open_tasks"],
    [project("active"), "completed", around, null],
    [project("active"), "archived", around, "project.not_completed"],
    [project("active"), "draft", around, "project.step"],
    [project("completed"), "active", around, null],
    [project("completed"), "archived", around, null],
    [project("archived"), "completed", around, null],
  ] as const)("is said before it is tried", (one, to, there, code) => {
    expect(obstacleTo(one, to, there)?.code ?? null).toBe(code);
  });
});
