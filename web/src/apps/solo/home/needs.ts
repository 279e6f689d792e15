import { IconCalendarDue, IconChecklist, IconGauge } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEngine, useRecords } from "@/engine/react";
import { defineNeeds } from "@/ui/home/needs";
import { today } from "@/ui/language/days";
import { useFormats } from "@/ui/language/formats";
import { budgetTone, budgetUse } from "../projects/budget";
import { dueTasks } from "./tasks";
import { useMine } from "./useMine";

/** My tasks that are due or soon will be. */
export const tasksDue = defineNeeds({
  id: "solo.tasks",
  useNeeds() {
    const { t } = useTranslation();
    const { date } = useFormats();
    const engine = useEngine();
    const tasks = useRecords("solo.task");
    useRecords("solo.project");
    const mine = useMine();
    const day = today();
    if (mine === null) return [];
    return dueTasks(tasks, (id) => engine.record("solo.project", id), mine, day).map(
      ({ task, project, due }) => ({
        id: task.id,
        icon: IconChecklist,
        name: task.values.title,
        detail: project.values.name,
        sign: due === day ? t("projects.today") : date(due),
        tone: due < day ? "red" : due === day ? "amber" : "grey",
        to: `/w/${engine.workspace}/projects/${project.id}`,
      }),
    );
  },
});

/** Projects whose budget runs out, or whose last day has passed. */
export const projectsAtRisk = defineNeeds({
  id: "solo.projects",
  useNeeds() {
    const { t } = useTranslation();
    const { date, percent } = useFormats();
    const { workspace } = useEngine();
    const day = today();
    return useRecords("solo.project")
      .filter(({ values }) => values.state === "active")
      .flatMap(({ id, values }) => {
        const common = { name: values.name, to: `/w/${workspace}/projects/${id}` };
        const use = budgetUse(values);
        const level = values.budgetLevel;
        return [
          ...(level === null || use === null
            ? []
            : [
                {
                  ...common,
                  id: `${id}/budget`,
                  icon: IconGauge,
                  detail: t("home.projects.used", { share: percent(use.share) }),
                  sign: t(`records.solo.project.budgetLevel.${level}`),
                  tone: budgetTone(level),
                },
              ]),
          ...(values.endsOn === null || values.endsOn >= day
            ? []
            : [
                {
                  ...common,
                  id: `${id}/end`,
                  icon: IconCalendarDue,
                  detail: t("home.needs.ended"),
                  sign: date(values.endsOn),
                  tone: "amber" as const,
                },
              ]),
        ];
      });
  },
});
