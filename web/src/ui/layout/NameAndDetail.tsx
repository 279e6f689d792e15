import type { ReactNode } from "react";
import classes from "./NameAndDetail.module.css";

interface Props {
  readonly name: ReactNode;
  readonly detail?: ReactNode;
}

/** What a line of a list says: a name, and below it what there is to know of it. */
export function NameAndDetail({ name, detail }: Props) {
  return (
    <span className={classes.both}>
      <span className={classes.name} dir="auto">
        {name}
      </span>
      {detail !== undefined && <span className={classes.detail}>{detail}</span>}
    </span>
  );
}
