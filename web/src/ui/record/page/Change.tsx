import { useTranslation } from "react-i18next";
import type { Value } from "@/engine/protocol";
import type { FieldChange } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import { useFieldMeta } from "../customFields";
import { useFieldLabel, useFieldWords } from "../words";
import classes from "./page.module.css";

interface ChangeProps {
  readonly record: View;
  readonly change: FieldChange;
  readonly made: boolean;
}

/** A field, what it was before, and what it is after. */
export function Change({ record, change, made }: ChangeProps) {
  const { t } = useTranslation();
  const words = useFieldWords();
  const labelOf = useFieldLabel();
  const metaOf = useFieldMeta();
  // The keys of an order are no words for anyone.
  if (metaOf(record.type, change.field)?.format === "order")
    return made ? null : <li className={classes.place}>{labelOf(record, change.field)}</li>;
  const said = (value: Value | undefined, erased: true | undefined): string =>
    erased === true
      ? t("history.erased")
      : (words(record, change.field, value ?? null) ?? t("history.nothing"));
  return (
    <li>
      <span className={classes.field}>{labelOf(record, change.field)}: </span>
      {!made && (
        <>
          <del>{said(change.before, change.beforeErased)}</del>
          {" → "}
        </>
      )}
      <ins>{said(change.after, change.afterErased)}</ins>
    </li>
  );
}
