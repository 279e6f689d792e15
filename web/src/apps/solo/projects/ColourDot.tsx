import { IconTemplate } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SoloProject } from "@/contract/contract";
import classes from "./projects.module.css";

/** By what a project is known at a glance; its name always stands beside it. */
export function ColourDot({ colour }: Pick<SoloProject, "colour">) {
  return <span className={classes.dot} style={{ backgroundColor: `var(--mantine-color-${colour}-6)` }} />;
}

/** The same in a list, where templates stand among the projects. */
export function ProjectMark({ project }: { readonly project: Pick<SoloProject, "colour" | "template"> }) {
  const { t } = useTranslation();
  return (
    <span className={classes.mark}>
      {project.template === true ? (
        <IconTemplate
          size={16}
          style={{ color: `var(--mantine-color-${project.colour}-6)` }}
          role="img"
          aria-label={t("records.solo.project.fields.template")}
        />
      ) : (
        <ColourDot colour={project.colour} />
      )}
    </span>
  );
}
