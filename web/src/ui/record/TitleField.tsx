import { PersonAvatar } from "@/ui/people/PersonAvatar";
import classes from "./field.module.css";
import { InlineText } from "./InlineText";
import { PendingDot } from "./PendingDot";
import { Refusal } from "./Refusal";
import type { Field } from "./useField";
import { useNews } from "./useNews";

/** The name of a record as the heading of its page, edited where it stands. */
export function TitleField({ field, label }: { field: Field<string>; label: string }) {
  const news = useNews(label, field);
  return (
    <>
      <div className={classes.titleLine} data-changed={news !== null || undefined}>
        <h2 className={classes.heading}>
          <InlineText field={field} label={label} placeholder={label} title />
        </h2>
        {field.pending && <PendingDot />}
        {news !== null && <PersonAvatar person={news.who} label={news.text} />}
      </div>
      {field.letter !== null && <Refusal letter={field.letter} />}
    </>
  );
}
