import type { Values } from "@/engine/protocol";
import type { Copy } from "@/engine/recordsApi";
import type { Project } from "./projects";

/** What is made of a project: another one, a template, or of a template a project. */
export type CopyKind = "duplicate" | "template" | "project";

/** What a person says of the copy. */
export interface Wanted {
  readonly name: string;
  readonly customer: string | null;
  /** Where both have a first day, all dates move by the days between. */
  readonly startsOn: string | null;
  readonly tasks: boolean;
  /** Whether those who do the tasks do them again. */
  readonly assignees: boolean;
  readonly budget: boolean;
  /** What the workspace's own fields demand since, and the project has not. */
  readonly own: Values;
}

const daysBetween = (one: string | null, other: string | null) =>
  one === null || other === null ? 0 : Math.round((Date.parse(other) - Date.parse(one)) / 86_400_000);

/** Begins anew: nothing is done yet, and nothing of the budget is used. */
export function copyOf({ values }: Project, isTemplate: boolean, wanted: Wanted): Copy {
  const { name, customer, startsOn, tasks, assignees, budget, own } = wanted;
  // A last day alone moves with nothing: a copy that begins later has none.
  const isOver =
    values.startsOn === null && startsOn !== null && values.endsOn !== null && values.endsOn < startsOn;
  return {
    values: {
      ...own,
      name,
      customer,
      startsOn,
      ...(isOver && { endsOn: null }),
      state: "draft",
      template: isTemplate ? true : null,
      spent: null,
      spentMinutes: null,
      ...(!budget && { budget: null, budgetMinutes: null }),
    },
    with: tasks ? { "solo.task": { done: false, ...(!assignees && { assignee: null }) } } : {},
    days: daysBetween(values.startsOn, startsOn),
  };
}
