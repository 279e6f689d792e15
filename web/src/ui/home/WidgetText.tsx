import type { ReactNode } from "react";
import classes from "./home.module.css";

/** A few words in a widget: what it is for, as long as there is nothing in it. */
export function WidgetText({ children }: { children: ReactNode }) {
  return <p className={classes.text}>{children}</p>;
}
