import { Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type FieldMeta, fieldMeta } from "@/engine/metadata";
import { useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { FieldRow } from "./FieldRow";
import { asText, textForm } from "./fieldText";
import { InlineSelect } from "./InlineSelect";
import { InlineTags } from "./InlineTags";
import { InlineText } from "./InlineText";
import { hasOptions } from "./options";
import { type Field, type FieldRule, useNamedField, valueIn } from "./useField";
import { targetOf, useFieldLabel, useName, useValueWords } from "./words";

interface Props {
  readonly record: View;
  readonly name: string;
  /** Else what the texts call the field. */
  readonly label?: string;
  readonly placeholder?: string;
  /** Of a field that the workspace defined for itself. */
  readonly meta?: FieldMeta;
  readonly aside?: ReactNode;
  readonly rule?: FieldRule;
}

/** Any field of any record, in the control that its kind asks for; nothing where my role hides it from me. */
export function RecordField({
  record,
  name,
  meta = fieldMeta(record.type, name),
  aside,
  rule,
  ...words
}: Props) {
  const { t } = useTranslation();
  const labelOf = useFieldLabel();
  const { sees } = useMe();
  const field = useNamedField(record, name, meta, rule);
  const label = words.label ?? labelOf(record, name);
  if (meta === undefined || !sees(record.type, meta)) return null;
  const control = { record, meta, field, label, placeholder: words.placeholder ?? t("record.add") };
  return (
    <FieldRow label={label} field={field} aside={aside}>
      <Control {...control} />
    </FieldRow>
  );
}

interface ControlProps {
  readonly record: View;
  readonly meta: FieldMeta;
  readonly field: Field;
  readonly label: string;
  readonly placeholder: string;
}

function Control(props: ControlProps) {
  const { meta, field, label } = props;
  if (meta.kind === "list") return <TagsControl {...props} />;
  if (meta.kind === "boolean")
    return (
      <Switch
        mx="0.625rem"
        aria-label={label}
        checked={field.value === true}
        disabled={!field.canEdit}
        onChange={(event) => field.save(event.currentTarget.checked)}
      />
    );
  return hasOptions(meta) ? <ChoiceControl {...props} /> : <TextControl {...props} />;
}

function TextControl({ record, meta, field, label, placeholder }: ControlProps) {
  const words = useValueWords();
  const currency = meta.currency === undefined ? null : (valueIn(record, meta.currency) as string | null);
  const form = textForm(meta, currency);
  return (
    <InlineText
      field={asText(field, form)}
      beside={currency}
      label={label}
      placeholder={placeholder}
      type={form.type}
      inputMode={form.inputMode}
      lines={meta.lines === true}
      shown={words(meta, record.type, field.value, currency)}
    />
  );
}

function ChoiceControl({ record, meta, field, label, placeholder }: ControlProps) {
  const words = useValueWords();
  const target = targetOf(meta);
  const name = useName(target ?? record.type, target === null ? null : (field.value as string | null));
  return (
    <InlineSelect
      type={record.type}
      meta={meta}
      field={field as Field<string | null>}
      label={label}
      placeholder={placeholder}
      shown={name ?? words(meta, record.type, field.value)}
    />
  );
}

function TagsControl({ record, field, label, placeholder }: ControlProps) {
  return (
    <InlineTags
      type={record.type}
      field={{ ...field, value: (field.value ?? []) as readonly string[] }}
      label={label}
      placeholder={placeholder}
    />
  );
}
