import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface Props {
  readonly title: string;
  readonly lead?: string;
  /** The page's own actions, at the end of its heading. */
  readonly actions?: ReactNode;
  /** For what stands side by side; else as wide as lines are read well. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A page: heading, actions, sections. */
export function Page({ title, lead, actions, wide, children }: Props) {
  return (
    <div className={classes.page}>
      <div className={classes.inner} data-wide={wide || undefined}>
        <header className={classes.header}>
          <div>
            <h1 className={classes.title}>{title}</h1>
            {lead !== undefined && <p className={classes.lead}>{lead}</p>}
          </div>
          {actions}
        </header>
        {children}
      </div>
    </div>
  );
}

export function Section({ title, lead, children }: Omit<Props, "actions" | "wide">) {
  return (
    <section className={classes.section} aria-label={title}>
      <h2 className={classes.sectionTitle}>{title}</h2>
      {lead !== undefined && <p className={classes.lead}>{lead}</p>}
      {children}
    </section>
  );
}
