import { IconLayoutKanban, IconList, IconPlus, IconSearch, IconTimelineEvent } from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";
import type { ProjectView } from "./projects";

export interface ProjectsContext {
  readonly canCreate: boolean;
  readonly create: () => void;
  readonly search: () => void;
  readonly show: (view: ProjectView) => void;
}

export const newProject = defineAction<ProjectsContext>({
  id: "project.new",
  label: "actions.newProject",
  icon: IconPlus,
  section: "record",
  shortcut: "n",
  when: ({ canCreate }) => canCreate,
  run: ({ create }) => create(),
});

const view = (
  name: ProjectView,
  label: Parameters<typeof defineAction>[0]["label"],
  icon: typeof IconList,
  shortcut: string,
) =>
  defineAction<ProjectsContext>({
    id: `projects.${name}`,
    label,
    icon,
    section: "list",
    shortcut,
    run: ({ show }) => show(name),
  });

export const projectsActions = [
  newProject,
  defineAction<ProjectsContext>({
    id: "project.search",
    label: "actions.searchProjects",
    icon: IconSearch,
    section: "list",
    shortcut: "/",
    run: ({ search }) => search(),
  }),
  view("list", "actions.projectsAsList", IconList, "v l"),
  view("board", "actions.projectsAsBoard", IconLayoutKanban, "v b"),
  view("timeline", "actions.projectsAsTimeline", IconTimelineEvent, "v t"),
];
