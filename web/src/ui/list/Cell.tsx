import { IconClockExclamation } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { kindOf, metaOf, valueIn, valuesIn } from "./fields";
import type { Column, ListDeclaration } from "./list";
import classes from "./list.module.css";
import type { Writing } from "./useWriting";

interface Props {
  readonly list: ListDeclaration;
  readonly column: Column;
  readonly record: View;
  readonly writing: Writing;
}

/** More than these would be cut off anyway. */
const mostTags = 3;

/** A value as a list shows it, by the kind of its field. */
export function Cell({ list, column, record, writing }: Props) {
  const { ago, date, dateTime, hours, money, number, textOf } = writing;
  const value = valueIn(record, column.field);
  if (value === null) return null;
  const text = String(value);
  switch (kindOf(list, column.field)) {
    case "time":
      return (
        <time dateTime={text} title={dateTime(text)}>
          {ago(text)}
        </time>
      );
    case "date": {
      const day = <time dateTime={text}>{date(text)}</time>;
      return column.isLate?.(record) === true ? <Late>{day}</Late> : day;
    }
    case "integer":
      return (
        <span className={classes.number}>
          {column.hours === true ? hours(Number(value)) : number(Number(value))}
        </span>
      );
    case "money": {
      const { currency } = metaOf(list, column.field) ?? {};
      const unit = currency === undefined ? null : valueIn(record, currency);
      const amount = typeof unit === "string" ? money(Number(value), unit) : number(Number(value));
      return <span className={classes.number}>{amount}</span>;
    }
    case "list":
      return <Tags values={valuesIn(record, column.field)} />;
    default:
      return (
        column.draw?.(text) ?? (
          <span className={classes.text} dir="auto">
            {textOf(column, text)}
          </span>
        )
      );
  }
}

/** A day that went by in vain. */
function Late({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <span className={classes.late}>
      <IconClockExclamation size={14} role="img" aria-label={t("list.late")} />
      {children}
    </span>
  );
}

function Tags({ values }: { values: readonly string[] }) {
  return (
    <span className={classes.tags}>
      {values.slice(0, mostTags).map((value) => (
        <span key={value} className={classes.tag} dir="auto">
          {value}
        </span>
      ))}
      {values.length > mostTags && <span className={classes.moreTags}>+{values.length - mostTags}</span>}
    </span>
  );
}
