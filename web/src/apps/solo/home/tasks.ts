import { daysAfter } from "@/ui/language/days";
import { isOpen, type Project } from "../projects/projects";
import type { Task } from "../projects/tasks";

/** So many days ahead a task that is due is said. */
const daysAhead = 7;

/** Whether it is my business: it is mine, or nobody's where nobody else is. */
export interface Mine {
  readonly member: string;
  readonly isAlone: boolean;
}

export function isMine({ values }: Task, { member, isAlone }: Mine): boolean {
  return values.assignee === member || (values.assignee === null && isAlone);
}

/** My open tasks that are due, or will be within a few days, what is longest due first. */
export function dueTasks(
  tasks: readonly Task[],
  projectOf: (id: string) => Project | undefined,
  mine: Mine,
  today: string,
): readonly { readonly task: Task; readonly project: Project; readonly due: string }[] {
  const until = daysAfter(today, daysAhead);
  return tasks
    .flatMap((task) => {
      const { done, due, project: id } = task.values;
      if (done || due === null || due > until || !isMine(task, mine)) return [];
      const project = projectOf(id);
      return project === undefined || !isOpen(project) ? [] : [{ task, project, due }];
    })
    .toSorted((one, other) => (one.due < other.due ? -1 : one.due > other.due ? 1 : 0));
}

/** The projects under way that I made or have something to do in, those that end first before those without an end. */
export function myProjects(
  projects: readonly Project[],
  tasks: readonly Task[],
  user: string,
  mine: Mine,
): readonly Project[] {
  const mineToDo = new Set(
    tasks.filter((task) => !task.values.done && isMine(task, mine)).map(({ values }) => values.project),
  );
  const end = ({ values }: Project) => values.endsOn ?? "9999";
  return projects
    .filter(
      ({ id, values, createdBy }) => values.state === "active" && (createdBy === user || mineToDo.has(id)),
    )
    .toSorted((one, other) => (end(one) < end(other) ? -1 : end(one) > end(other) ? 1 : 0));
}
