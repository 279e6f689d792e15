import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { FieldRow } from "@/ui/record/FieldRow";
import { CustomFields } from "@/ui/record/page/CustomFields";
import { FieldSection } from "@/ui/record/page/FieldSection";
import { RecordField } from "@/ui/record/RecordField";
import { useField } from "@/ui/record/useField";
import { AddressList } from "./AddressList";
import { ContactList } from "./ContactList";
import { EInvoiceField } from "./EInvoiceField";
import { EmailField, PhoneField, VatField } from "./ReachFields";

interface Props {
  readonly customer: View<"solo.customer">;
}

/** How to reach a customer, who is there, where, and how to bill them; each value is edited where it stands. */
export function CustomerOverview({ customer }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <FieldSection>
        <KindField customer={customer} />
        <EmailField customer={customer} />
        <PhoneField customer={customer} />
        <RecordField record={customer} name="language" placeholder={t("customers.add.language")} />
        <RecordField record={customer} name="tags" placeholder={t("customers.add.tags")} />
      </FieldSection>
      <ContactList customer={customer} />
      <AddressList customer={customer} />
      <FieldSection title={t("customers.groups.billing")}>
        <VatField customer={customer} />
        <RecordField record={customer} name="taxProfile" placeholder={t("customers.add.taxProfile")} />
        <RecordField record={customer} name="currency" placeholder={t("customers.add.currency")} />
        <RecordField record={customer} name="paymentDays" placeholder={t("customers.add.paymentDays")} />
        <EInvoiceField customer={customer} />
        <RecordField
          record={customer}
          name="buyerReference"
          placeholder={t("customers.add.buyerReference")}
        />
      </FieldSection>
      <CustomFields record={customer} />
    </>
  );
}

function KindField({ customer }: Props) {
  const { t } = useTranslation();
  const field = useField(customer, "kind");
  const label = t("records.solo.customer.fields.kind");
  return (
    <FieldRow label={label} field={field}>
      {field.canEdit ? (
        <SegmentedControl
          size="xs"
          ms="0.625rem"
          aria-label={label}
          value={field.value}
          onChange={field.save}
          data={[
            { value: "company", label: t("records.solo.customer.kind.company") },
            { value: "person", label: t("records.solo.customer.kind.person") },
          ]}
        />
      ) : (
        <span style={{ paddingInlineStart: "0.625rem" }}>
          {t(`records.solo.customer.kind.${field.value}`)}
        </span>
      )}
    </FieldRow>
  );
}
