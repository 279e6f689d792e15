import type { ReactNode } from "react";
import { NameAndDetail } from "./NameAndDetail";
import classes from "./Rows.module.css";

/** A short list of things in a frame: people, invites, sessions. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  readonly start?: ReactNode;
  readonly name: ReactNode;
  readonly detail: ReactNode;
  readonly end?: ReactNode;
  /** A line below: why something is not possible, or what went wrong. */
  readonly note?: ReactNode;
}

export function Row({ start, name, detail, end, note }: RowProps) {
  return (
    <li className={classes.row}>
      {start}
      <NameAndDetail name={name} detail={detail} />
      {end}
      {note !== undefined && note !== null && note !== false && <div className={classes.note}>{note}</div>}
    </li>
  );
}
