import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { useFormats } from "@/ui/language/formats";
import { usePersonOf } from "../people";
import classes from "./page.module.css";

/** When and by whom the record was made and changed last. */
export function RecordStamps({ record }: { readonly record: View }) {
  const { t } = useTranslation();
  const { ago, dateTime } = useFormats();
  const personOf = usePersonOf();
  const { createdAt, createdBy, updatedAt, updatedBy } = record;
  return (
    <p className={classes.stamps}>
      <time dateTime={createdAt} title={dateTime(createdAt)}>
        {t("record.createdBy", { name: personOf(createdBy).name, ago: ago(createdAt) })}
      </time>
      {updatedAt !== createdAt && (
        <time dateTime={updatedAt} title={dateTime(updatedAt)}>
          {t("record.updatedBy", { name: personOf(updatedBy).name, ago: ago(updatedAt) })}
        </time>
      )}
    </p>
  );
}
