import type { ParseKeys } from "i18next";
import { useTranslation } from "react-i18next";
import type { RecordRef } from "@/engine/protocol";

/** What a field is called on the screen where it is edited; its own name where it has none. */
export function useFieldLabel(): (record: RecordRef, field: string) => string {
  const { t, i18n } = useTranslation();
  return ({ type }, field) => {
    const key = `customers.fields.${field}`;
    return type === "solo.customer" && i18n.exists(key) ? t(key as ParseKeys) : field;
  };
}
