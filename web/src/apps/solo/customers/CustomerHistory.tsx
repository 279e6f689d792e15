import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import { usePersonOf } from "@/ui/record/people";
import classes from "./customers.module.css";
import type { Customer } from "./listing";

/** When and by whom the customer was made and changed last. */
export function CustomerHistory({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { ago, dateTime } = useFormats();
  const personOf = usePersonOf();
  const { createdAt, createdBy, updatedAt, updatedBy } = customer;
  return (
    <p className={classes.history}>
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
