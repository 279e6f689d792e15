import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { Dialog } from "@/ui/feedback/Dialog";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { normalise, validate } from "@/ui/record/validate";
import { customerSteps } from "../steps";
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
    <Dialog
      opened={asked !== null}
      onClose={onClose}
      title={asked !== null && t(`customers.reason.${asked}.title`, { name: customer.values.name })}
    >
      {asked !== null && <ReasonForm customer={customer} status={asked} onClose={onClose} />}
    </Dialog>
  );
}

interface FormProps extends Pick<Props, "customer" | "onClose"> {
  readonly status: AskedStatus;
}

function ReasonForm({ customer, status, onClose }: FormProps) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { offer } = useTakeBack();
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
      // From lost there is no step to dormant.
      const isReversible = customerSteps(status).includes(customer.values.status);
      offer(t(`customers.reason.${status}.done`, { name: customer.values.name }), isReversible ? id : null);
    },
  });
  return (
    <FormFrame onSubmit={form.submit} onCancel={onClose} submit={t(`customers.reason.${status}.confirm`)}>
      <TextInput
        label={t("records.solo.customer.fields.reason")}
        description={t(`customers.reason.${status}.hint`)}
        autoFocus
        data-autofocus
        {...form.input("reason")}
      />
    </FormFrame>
  );
}
