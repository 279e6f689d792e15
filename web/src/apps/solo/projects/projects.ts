import type { SoloProject } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";
import { takesTasks } from "./tasks";

export type Project = View<"solo.project">;
export type ProjectState = SoloProject["state"];

export const states = (fieldMeta("solo.project", "state")?.choices ?? []) as readonly ProjectState[];

/** Whether it is still to be done: it is neither closed nor a template. */
export function isOpen({ values }: Project): boolean {
  return values.template !== true && takesTasks(values.state);
}

/** Whether its last day has passed, and it is still to be done. */
export function isLate(project: Project, today: string): boolean {
  const { endsOn } = project.values;
  return isOpen(project) && endsOn !== null && endsOn < today;
}
