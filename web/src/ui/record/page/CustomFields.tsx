import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type FieldMeta, typeMeta } from "@/engine/metadata";
import { useRecords } from "@/engine/react";
import type { View } from "@/engine/types";
import { RecordField } from "../RecordField";
import { FieldSection } from "./FieldSection";

/** The fields that the workspace defined for itself; nothing where it defined none. */
export function CustomFields({ record }: { readonly record: View }) {
  const { t } = useTranslation();
  const all = useRecords("access.field");
  const fields = useMemo(
    () =>
      all
        .filter(({ values }) => values.recordType === record.type)
        .map(({ values }) => ({ ...values, meta: metaOf(values) })),
    [all, record.type],
  );
  if (typeMeta(record.type).customFields !== true || fields.length === 0) return null;
  return (
    <FieldSection title={t("record.customFields")}>
      {fields.map(({ meta, label }) => (
        <RecordField key={meta.name} record={record} name={meta.name} meta={meta} label={label} />
      ))}
    </FieldSection>
  );
}

function metaOf({ key, kind, required, choices }: View<"access.field">["values"]): FieldMeta {
  return { name: `ext.${key}`, kind, required, ...(choices.length > 0 && { choices }) };
}
