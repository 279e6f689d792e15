import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useRecords } from "@/engine/react";
import { Lines } from "@/ui/home/Lines";
import { useFormats } from "@/ui/language/formats";
import { useName } from "@/ui/record/words";
import { BudgetBar } from "../projects/BudgetBar";
import { budgetUse } from "../projects/budget";
import { ColourDot } from "../projects/ColourDot";
import type { Project } from "../projects/projects";
import { useUntil } from "../projects/useUntil";
import classes from "./solo.module.css";
import { myProjects } from "./tasks";
import { useMine } from "./useMine";

/** What I work on, and how much of each budget is used. */
export function MyProjects() {
  const { t } = useTranslation();
  const { workspace } = useEngine();
  const projects = useRecords("solo.project");
  const tasks = useRecords("solo.task");
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
        const { name, colour } = project.values;
        return {
          id: project.id,
          mark: <ColourDot colour={colour} />,
          name,
          detail: <About project={project} />,
          end: <Used project={project} />,
          to: `/w/${workspace}/projects/${project.id}`,
        };
      })}
    />
  );
}

interface Props {
  readonly project: Project;
}

/** For whom, and until when. */
function About({ project }: Props) {
  const until = useUntil();
  const customer = useName("solo.customer", project.values.customer);
  return [customer, until(project)].filter(Boolean).join(" · ");
}

function Used({ project: { values } }: Props) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const use = budgetUse(values);
  if (use === null) return null;
  const share = percent(use.share);
  return (
    <span className={classes.used}>
      <BudgetBar
        className={classes.bar}
        use={use}
        level={values.budgetLevel}
        label={t("home.projects.used", { share })}
      />
      <span className={classes.share} data-level={values.budgetLevel ?? undefined} aria-hidden>
        {share}
      </span>
    </span>
  );
}
