import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./EmptyState.module.css";

interface Props {
  readonly icon: Icon;
  readonly title: string;
  readonly children: ReactNode;
  /** Where it is the whole page, its title is the page's heading. */
  readonly page?: boolean;
  /** The way out: usually one button. */
  readonly action?: ReactNode;
}

/** An empty screen says what belongs here and how to begin. */
export function EmptyState({ icon: StateIcon, title, children, page = false, action }: Props) {
  const Heading = page ? "h1" : "h2";
  return (
    <div className={classes.root}>
      <span className={classes.icon}>
        <StateIcon size={26} stroke={1.6} aria-hidden />
      </span>
      <Heading className={classes.title}>{title}</Heading>
      <div className={classes.text}>{children}</div>
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  );
}
