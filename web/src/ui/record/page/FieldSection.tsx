import type { ReactNode } from "react";
import classes from "./page.module.css";

interface Props {
  readonly title?: string;
  /** At the end of the heading: a button that adds something. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** Fields that belong together, under a heading. */
export function FieldSection({ title, action, children }: Props) {
  return (
    <>
      {title !== undefined && <SectionHead title={title} action={action} />}
      <dl className={classes.fields}>{children}</dl>
    </>
  );
}

export function SectionHead({ title, action }: Pick<Props, "title" | "action">) {
  return (
    <div className={classes.sectionHead}>
      <h3 className={classes.sectionTitle}>{title}</h3>
      {action}
    </div>
  );
}
