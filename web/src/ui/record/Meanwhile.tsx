import { useTranslation } from "react-i18next";
import classes from "./field.module.css";
import { usePersonOf } from "./people";
import type { Field } from "./useField";

/** Said beside an open editor when someone else wrote to the same field. */
export function Meanwhile({ field, text }: { field: Field; text: string }) {
  const { t } = useTranslation();
  const personOf = usePersonOf();
  const name = field.recent === null ? t("people.someone") : personOf(field.recent.by).name;
  return (
    <p className={classes.meanwhile} role="status">
      {t("record.meanwhile", { name, value: text })}
    </p>
  );
}
