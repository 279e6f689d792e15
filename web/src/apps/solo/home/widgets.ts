import { IconBriefcase, IconChartBar, IconGauge } from "@tabler/icons-react";
import { defineWidget } from "@/ui/home/widget";
import { BudgetChart, LifecycleChart } from "./charts";
import { MyProjects } from "./MyProjects";

/** What customers and projects show on a home. */
export const soloWidgets = [
  defineWidget({
    id: "solo.projects",
    title: "home.projects.title",
    icon: IconBriefcase,
    column: "main",
    permission: "solo.project.read",
    draws: ["solo.project", "solo.task"],
    Body: MyProjects,
  }),
  defineWidget({
    id: "solo.budgets",
    title: "home.budgets.title",
    icon: IconGauge,
    column: "side",
    permission: "solo.project.read",
    draws: ["solo.project"],
    Body: BudgetChart,
  }),
  defineWidget({
    id: "solo.lifecycle",
    title: "home.lifecycle.title",
    icon: IconChartBar,
    column: "side",
    permission: "solo.customer.read",
    draws: ["solo.customer"],
    Body: LifecycleChart,
  }),
];
