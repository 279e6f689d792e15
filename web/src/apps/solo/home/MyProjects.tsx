import { Progress } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useRecords } from "@/engine/react";
import { Lines } from "@/ui/home/Lines";
import { useFormats } from "@/ui/language/formats";
import { useNameOf } from "@/ui/record/words";
import { budgetUse } from "../projects/budget";
import { ColourDot } from "../projects/ColourDot";
import type { Project } from "../projects/projects";
import classes from "./solo.module.css";
import { myProjects } from "./tasks";
import { useMine } from "./useMine";

/** What I work on, and how much of each budget is used. */
export function MyProjects() {
  const { t } = useTranslation();
  const { date } = useFormats();
  const { workspace } = useEngine();
  const nameOf = useNameOf();
  const projects = useRecords("solo.project");
  const tasks = useRecords("solo.task");
  // A customer that comes in, or is renamed, is drawn anew.
  useRecords("solo.customer");
  const mine = useMine();
  const [user, member, isAlone] = [mine?.user, mine?.member, mine?.isAlone];
  const found = useMemo(
    () =>
      user === undefined || member === undefined || isAlone === undefined
        ? []
        : myProjects(projects, tasks, user, { member, isAlone }),
    [projects, tasks, user, member, isAlone],
  );
  return (
    <Lines
      label={t("home.projects.title")}
      empty={t("home.projects.empty")}
      lines={found.map((project) => {
        const { name, colour, customer, endsOn } = project.values;
        const line = [
          customer === null ? null : nameOf("solo.customer", customer),
          endsOn === null ? null : t("projects.until", { day: date(endsOn) }),
        ];
        return {
          id: project.id,
          mark: <ColourDot colour={colour} />,
          name,
          detail: line.filter(Boolean).join(" · "),
          end: <Used project={project} />,
          to: `/w/${workspace}/projects/${project.id}`,
        };
      })}
    />
  );
}

function Used({ project: { values } }: { readonly project: Project }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const use = budgetUse(values);
  if (use === null) return null;
  const share = percent(use.share);
  const colour = { alert: "var(--hf-danger)", warn: "var(--hf-pending)", none: "var(--hf-green)" };
  return (
    <span className={classes.used}>
      <Progress
        className={classes.bar ?? ""}
        size="sm"
        value={Math.min(use.share, 100)}
        aria-label={t("home.projects.used", { share })}
        color={colour[values.budgetLevel ?? "none"]}
      />
      <span className={classes.share} data-level={values.budgetLevel ?? undefined} aria-hidden>
        {share}
      </span>
    </span>
  );
}
