import { IconBriefcase, IconLayoutKanban, IconList, IconTimelineEvent } from "@tabler/icons-react";
import type { SoloProject } from "@/contract/contract";
import { today } from "@/ui/language/days";
import { type Column, defineList } from "@/ui/list/list";
import { SampleOffer } from "../sample/SampleOffer";
import { projectSteps } from "../steps";
import { BudgetLevel } from "./BudgetLevel";
import { ProjectMark } from "./ColourDot";
import { NewProjectDialog } from "./NewProjectDialog";
import { ProjectBoard } from "./ProjectBoard";
import { ProjectDetail } from "./ProjectDetail";
import { ProjectTimeline } from "./ProjectTimeline";
import { isLate, type ProjectState } from "./projects";
import { StatePill } from "./StatePill";

type Field = Exclude<Column<"solo.project">["field"], "createdAt" | "updatedAt">;

/** A column by the name that the field has where it is edited. */
function column(
  field: Field,
  more: Omit<Column<"solo.project">, "field" | "label"> = {},
): Column<"solo.project"> {
  return { field, label: `records.solo.project.fields.${field}` as Column["label"], ...more };
}

/** The projects of a workspace. */
export const projectList = defineList<"solo.project">({
  type: "solo.project",
  page: "projects",
  icon: IconBriefcase,
  words: {
    title: "projects.title",
    one: "records.solo.project.one",
    create: "actions.newProject",
    search: "actions.searchProjects",
    searchHint: "projects.searchHint",
    emptyTitle: "projects.empty.title",
    emptyText: "projects.empty.text",
  },
  name: "name",
  searched: ["name", "code", "customer", "tags"],
  columns: [
    column("name", { width: 15 }),
    column("code"),
    column("customer", { shown: true, filter: true }),
    column("state", {
      draw: (value) => <StatePill state={value as ProjectState} />,
      steps: ({ values }) => (values.template === true ? [] : projectSteps(values.state)),
      shown: true,
      filter: true,
      bulk: true,
    }),
    column("billing", { filter: true, bulk: true }),
    column("startsOn"),
    column("endsOn", { isLate: (project) => isLate(project, today()), shown: true, filter: true }),
    column("budgetMinutes", { hours: true, filter: true }),
    column("spentMinutes", { hours: true }),
    column("budget", { filter: true }),
    column("spent"),
    column("budgetLevel", {
      draw: (value) => <BudgetLevel level={value as NonNullable<SoloProject["budgetLevel"]>} />,
      filter: true,
      width: 12,
    }),
    column("tags", { shown: true, filter: true, bulk: true }),
    column("colour", { bulk: true }),
    column("template", { filter: true }),
    { field: "createdAt", label: "record.created" },
    { field: "updatedAt", label: "record.changed", shown: true, filter: true },
  ],
  mark: ({ values }) => <ProjectMark project={values} />,
  line: ["customer", "endsOn"],
  aside: "state",
  layouts: [
    {
      id: "list",
      label: "projects.views.list",
      action: "actions.projectsAsList",
      icon: IconList,
      shortcut: "v l",
    },
    {
      id: "board",
      label: "projects.views.board",
      action: "actions.projectsAsBoard",
      icon: IconLayoutKanban,
      shortcut: "v b",
      Draw: ProjectBoard,
    },
    {
      id: "timeline",
      label: "projects.views.timeline",
      action: "actions.projectsAsTimeline",
      icon: IconTimelineEvent,
      shortcut: "v t",
      Draw: ProjectTimeline,
    },
  ],
  alone: true,
  Create: NewProjectDialog,
  Begin: SampleOffer,
  Detail: ProjectDetail,
});
