import type { ReactNode } from "react";
import classes from "./record.module.css";

interface Props {
  /** Without a title the fields stand right below what is above. */
  readonly title?: string;
  readonly children: ReactNode;
}

/** Some fields of a record that belong together. */
export function FieldSection({ title, children }: Props) {
  return (
    <>
      {title !== undefined && <h3 className={classes.group}>{title}</h3>}
      <dl className={classes.fields}>{children}</dl>
    </>
  );
}
