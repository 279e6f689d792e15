import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import { today } from "@/ui/language/days";
import { useFormats } from "@/ui/language/formats";
import { Row, Rows } from "@/ui/layout/Rows";
import { RecordSign } from "@/ui/record/RecordSign";
import { ProjectMark } from "./ColourDot";
import { isLate, type Project } from "./projects";
import classes from "./projects.module.css";
import { StatePill } from "./StatePill";

/** Some projects one below the other, each the way to its page. */
export function ProjectLinks({ projects }: { readonly projects: readonly Project[] }) {
  const { t } = useTranslation();
  const { workspace: workspaceId } = useEngine();
  const { date } = useFormats();
  return (
    <Rows label={t("projects.title")}>
      {projects.map((project) => {
        const { id, values } = project;
        const { name, code, endsOn, state } = values;
        const until = isLate(project, today()) ? "projects.wasUntil" : "projects.until";
        return (
          <Row
            key={id}
            start={<ProjectMark project={values} />}
            name={
              <Link
                className={classes.link}
                to="/w/$workspaceId/projects/$recordId"
                params={{ workspaceId, recordId: id }}
              >
                {name}
              </Link>
            }
            detail={[code, endsOn !== null && t(until, { day: date(endsOn) })].filter(Boolean).join(" · ")}
            end={
              <>
                <RecordSign state={project.state} />
                <StatePill state={state} />
              </>
            }
          />
        );
      })}
    </Rows>
  );
}
