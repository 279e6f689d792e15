import { SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoloCustomer } from "@/contract/contract";
import { Dialog } from "@/ui/feedback/Dialog";
import type { CreateProps } from "@/ui/list/list";
import { RecordForm } from "@/ui/record/RecordForm";

/** Asks for the least that a customer needs; the rest is filled in where it stands. */
export function NewCustomerDialog({ opened, onClose, onCreated }: CreateProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<SoloCustomer["kind"]>("company");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("customers.new.title")}>
      <Stack gap="md">
        <SegmentedControl
          fullWidth
          aria-label={t("records.solo.customer.fields.kind")}
          value={kind}
          onChange={setKind}
          data={[
            { value: "company", label: t("records.solo.customer.kind.company") },
            { value: "person", label: t("records.solo.customer.kind.person") },
          ]}
        />
        <RecordForm
          type="solo.customer"
          fields={["name", "email"]}
          fixed={{ kind }}
          hints={{ email: t("customers.new.emailHint") }}
          submit={t("customers.new.create")}
          onCancel={onClose}
          onCreated={(id) => {
            onClose();
            onCreated(id);
          }}
        />
      </Stack>
    </Dialog>
  );
}
