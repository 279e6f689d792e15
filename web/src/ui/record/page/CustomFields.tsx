import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import type { View } from "@/engine/types";
import { useCustomFields } from "../customFields";
import { RecordField } from "../RecordField";
import { FieldSection } from "./FieldSection";

/** The fields that the workspace defined for itself; nothing where it defined none. */
export function CustomFields({ record }: { readonly record: View }) {
  const { t } = useTranslation();
  const fields = useCustomFields(record.type as RecordTypeName);
  if (fields.length === 0) return null;
  return (
    <FieldSection title={t("record.customFields")}>
      {fields.map(({ meta, label }) => (
        <RecordField key={meta.name} record={record} name={meta.name} meta={meta} label={label} />
      ))}
    </FieldSection>
  );
}
