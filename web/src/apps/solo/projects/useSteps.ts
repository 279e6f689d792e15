import { useTranslation } from "react-i18next";
import { set } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import { useTakeBack } from "@/ui/record/useTakeBack";
import type { Complaint } from "@/ui/record/validate";
import { projectSteps } from "../steps";
import { obstacleTo } from "./obstacles";
import type { Project, ProjectState } from "./projects";

/** Moves a project to another state, or says what stands in the way. */
export function useSteps(): (project: Project, to: ProjectState) => Complaint | null {
  const { t } = useTranslation();
  const engine = useEngine();
  const { offer } = useTakeBack();
  return (drawn, to) => {
    // What is drawn follows what was written a moment ago.
    const project = engine.record("solo.project", drawn.id) ?? drawn;
    const { customer, name, state } = project.values;
    const tasks = engine.records("solo.task").filter(({ values }) => values.project === project.id);
    const obstacle = obstacleTo(project, to, {
      customer: customer === null ? undefined : engine.record("solo.customer", customer),
      openTasks: tasks.filter(({ values }) => !values.done).length,
    });
    if (obstacle !== null) return obstacle;
    const { id } = engine.transact([set("solo.project", project.id, "state", to)]);
    // What was begun is no draft again.
    offer(t(`projects.now.${to}`, { name }), projectSteps(to).includes(state) ? id : null);
    return null;
  };
}
