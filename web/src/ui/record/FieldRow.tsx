import type { ReactNode } from "react";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import classes from "./field.module.css";
import { PendingDot } from "./PendingDot";
import { Refusal } from "./Refusal";
import type { Field } from "./useField";
import { useNews } from "./useNews";

interface Props {
  readonly label: string;
  readonly field: Field;
  readonly children: ReactNode;
  /** Shown after the value: a link to write or to call. */
  readonly aside?: ReactNode;
}

/** A labelled value with what happens to it: waiting, refused, or changed by someone else a moment ago. */
export function FieldRow({ label, field, children, aside }: Props) {
  const news = useNews(label, field);
  return (
    <div className={classes.row}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.cell} data-changed={news !== null || undefined}>
        <div className={classes.line}>
          <div className={classes.value}>{children}</div>
          {field.pending && <PendingDot />}
          {news !== null && <PersonAvatar person={news.who} size={20} label={news.text} />}
          {aside}
        </div>
        {field.letter !== null && <Refusal letter={field.letter} />}
      </dd>
    </div>
  );
}
