import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { toast } from "@/ui/feedback/Toast";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { FormDialog, FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { normalise, validate } from "@/ui/record/validate";
import { type AskedStatus, statusOperations } from "./useStatusChange";

interface Props {
  readonly customer: View<"solo.customer">;
  readonly asked: AskedStatus | null;
  readonly onClose: () => void;
}

/** Asks why a customer was lost or is put away, for whoever finds it in a year. */
export function StatusDialog({ customer, asked, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <FormDialog
      opened={asked !== null}
      onClose={onClose}
      title={asked !== null && t(`customers.reason.${asked}.title`, { name: customer.values.name })}
    >
      {asked !== null && <ReasonForm customer={customer} status={asked} onClose={onClose} />}
    </FormDialog>
  );
}

interface FormProps extends Pick<Props, "customer" | "onClose"> {
  readonly status: AskedStatus;
}

function ReasonForm({ customer, status, onClose }: FormProps) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { undo } = useTakeBack();
  const form = useForm({
    initial: { reason: customer.values.reason ?? "" },
    check: ({ reason }) =>
      complaintsOf(
        status === "archived" ? requiredText("reason", reason) : null,
        validate("solo.customer", "reason", normalise(reason)),
      ).slice(0, 1),
    send: async ({ reason }) => {
      const { id } = engine.transact(statusOperations(customer, status, reason.trim() || null));
      onClose();
      toast({
        text: t(`customers.reason.${status}.done`, { name: customer.values.name }),
        action: { label: t("actions.undo"), run: () => undo(id) },
      });
    },
  });
  return (
    <FormFrame onSubmit={form.submit} onCancel={onClose} submit={t(`customers.reason.${status}.confirm`)}>
      <TextInput
        label={t("customers.fields.reason")}
        description={t(`customers.reason.${status}.hint`)}
        autoFocus
        data-autofocus
        {...form.input("reason")}
      />
    </FormFrame>
  );
}
