import { Button, Group, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoloCustomer } from "@/contract/contract";
import { newId } from "@/engine/ids";
import { create } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import { Dialog } from "@/ui/feedback/Dialog";
import { complaintsOf } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { normalise, validate } from "@/ui/record/validate";

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

export function NewCustomerDialog({ opened, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("customers.new.title")}>
      <NewCustomerForm onClose={onClose} onCreated={onCreated} />
    </Dialog>
  );
}

/** Asks for the least that a customer needs; the rest is filled in where it stands. */
function NewCustomerForm({ onClose, onCreated }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [kind, setKind] = useState<SoloCustomer["kind"]>("company");
  const form = useForm({
    initial: { name: "", email: "" },
    check: ({ name, email }) =>
      complaintsOf(
        validate("solo.customer", "name", normalise(name)),
        validate("solo.customer", "email", normalise(email)),
      ),
    send: async ({ name, email }) => {
      const id = newId();
      const address = email.trim();
      engine.transact([
        create("solo.customer", id, { kind, name: name.trim(), ...(address !== "" && { email: address }) }),
      ]);
      onClose();
      onCreated(id);
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
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
        <TextInput
          label={t("records.solo.customer.fields.name")}
          autoFocus
          data-autofocus
          {...form.input("name")}
        />
        <TextInput
          label={t("records.solo.customer.fields.email")}
          type="email"
          description={t("customers.new.emailHint")}
          {...form.input("email")}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit">{t("customers.new.create")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
