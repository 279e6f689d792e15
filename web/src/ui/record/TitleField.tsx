import type { View } from "@/engine/types";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import classes from "./field.module.css";
import { InlineText } from "./InlineText";
import { PendingDot } from "./PendingDot";
import { Refusal } from "./Refusal";
import { type Field, useNamedField } from "./useField";
import { useNews } from "./useNews";
import { namingField, useFieldLabel } from "./words";

/** The name of a record as the heading of its page, edited where it stands. */
export function TitleField({ record }: { readonly record: View }) {
  const name = namingField(record.type) ?? "name";
  const label = useFieldLabel()(record, name);
  const field = useNamedField(record, name) as Field<string>;
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
