import type { ReactNode } from "react";
import classes from "./Pill.module.css";

export type Tone = "blue" | "violet" | "green" | "amber" | "red" | "grey";

/** A state as a word with a coloured dot: never by the colour alone. */
export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes.pill} data-tone={tone}>
      <span className={classes.dot} />
      {children}
    </span>
  );
}
