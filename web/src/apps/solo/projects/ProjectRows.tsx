import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEngine, useRecords } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { RecordSign } from "@/ui/record/RecordSign";
import { useNameOf } from "@/ui/record/words";
import { ColourDot } from "./ColourDot";
import type { Project } from "./projects";
import classes from "./projects.module.css";
import { StatePill } from "./StatePill";

interface Props {
  readonly projects: readonly Project[];
  /** Whether it says for whom each is. */
  readonly customers?: boolean;
}

/** Projects one below the other, with what one wants to know of each. */
export function ProjectRows({ projects, customers = true }: Props) {
  const { t } = useTranslation();
  const { workspace: workspaceId } = useEngine();
  const { date } = useFormats();
  const nameOf = useNameOf();
  // A customer that comes in, or is renamed, is drawn anew.
  useRecords("solo.customer");
  return (
    <ul className={classes.rows} aria-label={t("projects.title")}>
      {projects.map((project) => {
        const { name, code, colour, customer, state, endsOn } = project.values;
        const line = [code, customers && customer !== null ? nameOf("solo.customer", customer) : null];
        return (
          <li key={project.id} data-row={project.id}>
            <Link
              className={classes.row}
              to="/w/$workspaceId/projects/$projectId"
              params={{ workspaceId, projectId: project.id }}
            >
              <ColourDot colour={colour} />
              <span className={classes.names}>
                <bdi className={classes.name}>{name}</bdi>
                <span className={classes.line}>{line.filter(Boolean).join(" · ")}</span>
              </span>
              <RecordSign state={project.state} />
              <span className={classes.until}>
                {endsOn !== null && t("projects.until", { day: date(endsOn) })}
              </span>
              <StatePill state={state} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
