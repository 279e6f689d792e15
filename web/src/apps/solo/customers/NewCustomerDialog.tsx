import { Modal, SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoloCustomer } from "@/contract/contract";
import type { CreateProps } from "@/ui/list/list";
import { RecordForm } from "@/ui/record/RecordForm";

/** Asks for the least that a customer needs; the rest is filled in where it stands. */
export function NewCustomerDialog({ opened, onClose, onCreated }: CreateProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<SoloCustomer["kind"]>("company");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("customers.new.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="md">
        <SegmentedControl
          fullWidth
          aria-label={t("customers.fields.kind")}
          value={kind}
          onChange={setKind}
          data={[
            { value: "company", label: t("customers.kind.company") },
            { value: "person", label: t("customers.kind.person") },
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
    </Modal>
  );
}
