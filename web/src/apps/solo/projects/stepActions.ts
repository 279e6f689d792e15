import {
  IconArchive,
  IconArchiveOff,
  IconCircleCheck,
  IconPlayerPlay,
  IconRotate2,
} from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";
import type { ProjectState } from "./projects";

export interface StepContext {
  readonly canUpdate: boolean;
  readonly state: ProjectState;
  readonly go: (to: ProjectState) => void;
}

function step(
  id: string,
  label: Parameters<typeof defineAction>[0]["label"],
  icon: Parameters<typeof defineAction>[0]["icon"],
  from: ProjectState,
  to: ProjectState,
) {
  return defineAction<StepContext>({
    id: `project.${id}`,
    label,
    icon,
    section: "record",
    when: ({ canUpdate, state }) => canUpdate && state === from,
    run: ({ go }) => go(to),
  });
}

/** What may follow on each state, what is usual first. */
export const stepActions = [
  step("start", "actions.startProject", IconPlayerPlay, "draft", "active"),
  step("complete", "actions.completeProject", IconCircleCheck, "active", "completed"),
  step("archive", "actions.archiveProject", IconArchive, "completed", "archived"),
  step("reopen", "actions.reopenProject", IconRotate2, "completed", "active"),
  step("restore", "actions.restoreProject", IconArchiveOff, "archived", "completed"),
];
