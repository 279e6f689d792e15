import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCircleCheck, IconMail, IconPhone } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { RecordField } from "@/ui/record/RecordField";
import { useField } from "@/ui/record/useField";
import { vatIdRule } from "./vatId";

interface Props {
  readonly customer: View<"solo.customer">;
}

export function EmailField({ customer }: Props) {
  const { t } = useTranslation();
  const { email } = customer.values;
  const aside = email !== null && (
    <ActionIcon component="a" href={mailTo(email)} aria-label={t("customers.write", { to: email })}>
      <IconMail size={16} aria-hidden />
    </ActionIcon>
  );
  return <RecordField record={customer} name="email" placeholder={t("customers.add.email")} aside={aside} />;
}

export function PhoneField({ customer }: Props) {
  const { t } = useTranslation();
  const { phone } = customer.values;
  const aside = phone !== null && (
    <ActionIcon
      component="a"
      href={`tel:${phone.replace(/[^+\d]/gu, "")}`}
      aria-label={t("customers.call", { to: phone })}
    >
      <IconPhone size={16} aria-hidden />
    </ActionIcon>
  );
  return <RecordField record={customer} name="phone" placeholder={t("customers.add.phone")} aside={aside} />;
}

/** Its form is checked where it is new; whether it is registered only a tax office knows. */
export function VatField({ customer }: Props) {
  const { t } = useTranslation();
  const { value, pending, letter } = useField(customer, "vatId");
  const isChecked = value !== null && !pending && letter === null;
  const aside = isChecked && (
    <Tooltip label={t("customers.vatChecked")} multiline maw={260}>
      <span
        role="img"
        aria-label={t("customers.vatChecked")}
        style={{ color: "var(--hf-green)", display: "flex" }}
      >
        <IconCircleCheck size={17} aria-hidden />
      </span>
    </Tooltip>
  );
  return (
    <RecordField
      record={customer}
      name="vatId"
      placeholder={t("customers.add.vatId")}
      aside={aside}
      rule={vatIdRule}
    />
  );
}

/** The address alone: nothing in it may add a header to the mail. */
function mailTo(address: string): string {
  return `mailto:${encodeURIComponent(address).replace("%40", "@")}`;
}
