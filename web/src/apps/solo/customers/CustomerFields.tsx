import { ActionIcon } from "@mantine/core";
import { IconMail, IconPhone } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRecords } from "@/engine/react";
import { currencyChoices, languageChoices, nameOfCurrency, nameOfLanguage } from "@/ui/language/names";
import { FieldSection } from "@/ui/list/FieldSection";
import { valuesInUse } from "@/ui/list/listing";
import { FieldRow } from "@/ui/record/FieldRow";
import { InlineSelect } from "@/ui/record/InlineSelect";
import { InlineTags } from "@/ui/record/InlineTags";
import { InlineText } from "@/ui/record/InlineText";
import { useField } from "@/ui/record/useField";
import type { Customer } from "./customer";

/** How to reach a customer and how to bill them; each value is edited where it stands. */
export function CustomerFields({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  return (
    <>
      <FieldSection title={t("customers.groups.contact")}>
        <EmailField customer={customer} />
        <PhoneField customer={customer} />
      </FieldSection>
      <FieldSection title={t("customers.groups.business")}>
        <VatField customer={customer} />
        <CurrencyField customer={customer} />
        <LanguageField customer={customer} />
        <TagsField customer={customer} />
      </FieldSection>
    </>
  );
}

function EmailField({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const field = useField(customer, "email");
  const label = t("customers.fields.email");
  const aside = field.value !== null && (
    <ActionIcon
      component="a"
      href={mailTo(field.value)}
      aria-label={t("customers.write", { to: field.value })}
    >
      <IconMail size={16} aria-hidden />
    </ActionIcon>
  );
  return (
    <FieldRow label={label} field={field} aside={aside}>
      <InlineText field={field} label={label} placeholder={t("customers.add.email")} inputMode="email" />
    </FieldRow>
  );
}

function PhoneField({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const field = useField(customer, "phone");
  const label = t("customers.fields.phone");
  const aside = field.value !== null && (
    <ActionIcon
      component="a"
      href={`tel:${field.value.replace(/[^+\d]/gu, "")}`}
      aria-label={t("customers.call", { to: field.value })}
    >
      <IconPhone size={16} aria-hidden />
    </ActionIcon>
  );
  return (
    <FieldRow label={label} field={field} aside={aside}>
      <InlineText field={field} label={label} placeholder={t("customers.add.phone")} inputMode="tel" />
    </FieldRow>
  );
}

function VatField({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const field = useField(customer, "vatId");
  const label = t("customers.fields.vatId");
  return (
    <FieldRow label={label} field={field}>
      <InlineText field={field} label={label} placeholder={t("customers.add.vatId")} />
    </FieldRow>
  );
}

function CurrencyField({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation();
  const field = useField(customer, "currency");
  const label = t("customers.fields.currency");
  const data = useMemo(() => currencyChoices(i18n.language), [i18n.language]);
  return (
    <FieldRow label={label} field={field}>
      <InlineSelect
        field={field}
        label={label}
        placeholder={t("customers.add.currency")}
        data={data}
        nameOf={(code) => nameOfCurrency(i18n.language, code)}
      />
    </FieldRow>
  );
}

function LanguageField({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation();
  const field = useField(customer, "language");
  const label = t("customers.fields.language");
  const data = useMemo(() => languageChoices(i18n.language, field.value), [i18n.language, field.value]);
  return (
    <FieldRow label={label} field={field}>
      <InlineSelect
        field={field}
        label={label}
        placeholder={t("customers.add.language")}
        data={data}
        nameOf={(tag) => nameOfLanguage(i18n.language, tag)}
      />
    </FieldRow>
  );
}

function TagsField({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const field = useField(customer, "tags");
  const all = useRecords("solo.customer");
  const suggestions = useMemo(() => valuesInUse(all, "tags"), [all]);
  const label = t("customers.fields.tags");
  return (
    <FieldRow label={label} field={field}>
      <InlineTags
        field={field}
        label={label}
        placeholder={t("customers.add.tags")}
        suggestions={suggestions}
      />
    </FieldRow>
  );
}

/** The address alone: nothing in it may add a header to the mail. */
function mailTo(address: string): string {
  return `mailto:${encodeURIComponent(address).replace("%40", "@")}`;
}
