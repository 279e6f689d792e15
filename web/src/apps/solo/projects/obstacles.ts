import type { View } from "@/engine/types";
import type { Complaint } from "@/ui/record/validate";
import { projectSteps } from "../steps";
import type { Project, ProjectState } from "./projects";

export interface Around {
  readonly customer: View<"solo.customer"> | undefined;
  readonly openTasks: number;
}

/** Why a project does not get there, in the words of the server's rules; `null` where nothing stands in the way. */
export function obstacleTo(
  { values }: Project,
  to: ProjectState,
  { customer, openTasks }: Around,
): Complaint | null {
  const { state, billing, template } = values;
  if (template === true && to !== "draft") return { code: "project.template", field: "state" };
  if (!projectSteps(state).includes(to))
    return { code: to === "archived" ? "project.not_completed" : "project.step", field: "state" };
  if (values.customer === null && billing !== "none")
    return { code: "project.needs_customer", field: "customer" };
  if (to === "active" && customer?.values.status === "archived")
    return { code: "project.customer_archived", field: "customer", params: { name: customer.values.name } };
  if (to === "completed" && openTasks > 0 && state === "active")
    return { code: "project.open_tasks", field: "state", params: { count: openTasks } };
  return null;
}
