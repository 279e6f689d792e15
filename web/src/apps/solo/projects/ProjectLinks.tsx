import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import { Row, Rows } from "@/ui/layout/Rows";
import { RecordSign } from "@/ui/record/RecordSign";
import { ProjectMark } from "./ColourDot";
import type { Project } from "./projects";
import classes from "./projects.module.css";
import { StatePill } from "./StatePill";
import { useUntil } from "./useUntil";

/** Some projects one below the other, each the way to its page. */
export function ProjectLinks({ projects }: { readonly projects: readonly Project[] }) {
  const { t } = useTranslation();
  const { workspace: workspaceId } = useEngine();
  const until = useUntil();
  return (
    <Rows label={t("projects.title")}>
      {projects.map((project) => {
        const { id, values } = project;
        const { name, code, state } = values;
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
            detail={[code, until(project)].filter(Boolean).join(" · ")}
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
