import type { SoloProject } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";

export type Project = View<"solo.project">;
export type ProjectState = SoloProject["state"];

export const states = (fieldMeta("solo.project", "state")?.choices ?? []) as readonly ProjectState[];

/** Whether its last day has passed, and it is still to be done. */
export function isLate({ values }: Project, today: string): boolean {
  const { endsOn, state, template } = values;
  const isOpen = state === "draft" || state === "active";
  return isOpen && template !== true && endsOn !== null && endsOn < today;
}
