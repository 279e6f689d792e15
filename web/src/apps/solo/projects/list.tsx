import { IconBriefcase, IconLayoutKanban, IconList, IconTimelineEvent } from "@tabler/icons-react";
import type { SoloProject } from "@/contract/contract";
import { today } from "@/ui/language/days";
import { defineList } from "@/ui/list/list";
import { SampleOffer } from "../sample/SampleOffer";
import { BudgetLevel } from "./BudgetLevel";
import { ProjectMark } from "./ColourDot";
import { NewProjectDialog } from "./NewProjectDialog";
import { ProjectBoard } from "./ProjectBoard";
import { ProjectDetail } from "./ProjectDetail";
import { ProjectTimeline } from "./ProjectTimeline";
import { isLate, type ProjectState } from "./projects";
import { StatePill } from "./StatePill";

/** The projects of a workspace. */
export const projectList = defineList<"solo.project">({
  type: "solo.project",
  page: "projects",
  icon: IconBriefcase,
  words: {
    title: "projects.title",
    go: "actions.goToProjects",
    create: "actions.newProject",
    search: "actions.searchProjects",
    searchHint: "projects.searchHint",
    emptyTitle: "projects.empty.title",
    emptyText: "projects.empty.text",
  },
  keys: { go: "g j", create: "n j" },
  name: "name",
  searched: ["name", "code", "customer", "tags"],
  columns: [
    { field: "name", width: 15 },
    { field: "code" },
    { field: "customer", shown: true, filter: true },
    {
      field: "state",
      draw: (value) => <StatePill state={value as ProjectState} />,
      steps: ({ values }) => (values.template === true ? [] : undefined),
      shown: true,
      filter: true,
      bulk: true,
    },
    { field: "billing", filter: true, bulk: true },
    { field: "startsOn" },
    { field: "endsOn", isLate: (project) => isLate(project, today()), shown: true, filter: true },
    { field: "budgetMinutes", hours: true, filter: true },
    { field: "spentMinutes", hours: true },
    { field: "budget", filter: true },
    { field: "spent" },
    {
      field: "budgetLevel",
      draw: (value) => <BudgetLevel level={value as NonNullable<SoloProject["budgetLevel"]>} />,
      filter: true,
      width: 12,
    },
    { field: "tags", shown: true, filter: true, bulk: true },
    { field: "colour", bulk: true },
    { field: "template", filter: true },
    { field: "createdAt" },
    { field: "updatedAt", shown: true, filter: true },
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
