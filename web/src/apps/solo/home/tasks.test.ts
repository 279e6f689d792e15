import { describe, expect, it } from "vitest";
import type { SoloProject, SoloTask } from "@/contract/contract";
import type { View } from "@/engine/types";
import { dueTasks, myProjects } from "./tasks";

const today = "2026-11-21";
const project = (id: string, values: Partial<SoloProject>, createdBy = "bob") =>
  ({
    id,
    createdBy,
    values: { state: "active", template: null, endsOn: null, ...values },
  }) as View<"solo.project">;
const task = (id: string, values: Partial<SoloTask>) =>
  ({ id, values: { project: "p", done: false, due: null, assignee: "me", ...values } }) as View<"solo.task">;

const projects = [
  project("p", {}),
  project("closed", { state: "completed" }),
  project("template", { template: true, state: "draft" }),
];
const projectOf = (id: string) => projects.find((one) => one.id === id);
const due = (tasks: readonly View<"solo.task">[], isAlone = false) =>
  dueTasks(tasks, projectOf, { member: "me", isAlone }, today).map(({ task: { id } }) => id);

describe("the tasks that are due", () => {
  it("are mine, open, and due within a week, what is longest due first", () => {
    const tasks = [
      task("soon", { due: "2026-11-28" }),
      task("late", { due: "2026-11-02" }),
      task("today", { due: today }),
      task("far", { due: "2026-11-29" }),
      task("someday", {}),
      task("done", { due: today, done: true }),
      task("hers", { due: today, assignee: "eve" }),
    ];
    expect(due(tasks)).toEqual(["late", "today", "soon"]);
  });

  it("are nobody's as well, where nobody else is", () => {
    const tasks = [task("nobody", { due: today, assignee: null })];
    expect([due(tasks), due(tasks, true)]).toEqual([[], ["nobody"]]);
  });

  it("are in a project that is worked on", () => {
    const tasks = ["closed", "template", "unknown", "p"].map((id) => task(id, { project: id, due: today }));
    expect(due(tasks)).toEqual(["p"]);
  });
});

describe("my projects", () => {
  it("are under way, and mine by what I made or have to do, those that end first before the others", () => {
    const all = [
      project("open", {}, "me"),
      project("ends", { endsOn: "2026-12-01" }, "me"),
      project("mine", { endsOn: "2026-11-30" }),
      project("hers", {}),
      project("draft", { state: "draft" }, "me"),
    ];
    const tasks = [task("t", { project: "mine" }), task("d", { project: "hers", done: true })];
    const found = myProjects(all, tasks, "me", { member: "me", isAlone: false });
    expect(found.map(({ id }) => id)).toEqual(["mine", "ends", "open"]);
  });
});
