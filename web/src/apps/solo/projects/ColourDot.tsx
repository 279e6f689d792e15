import type { SoloProject } from "@/contract/contract";
import classes from "./projects.module.css";

/** By what a project is known at a glance; its name always stands beside it. */
export function ColourDot({ colour }: Pick<SoloProject, "colour">) {
  return <span className={classes.dot} style={{ backgroundColor: `var(--mantine-color-${colour}-6)` }} />;
}
