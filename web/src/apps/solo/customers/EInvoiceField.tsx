import { TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { set } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { FormDialog, FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";
import { FieldRow } from "@/ui/record/FieldRow";
import { ShownValue } from "@/ui/record/ShownValue";
import { useField } from "@/ui/record/useField";
import type { Complaint } from "@/ui/record/validate";

interface Props {
  readonly customer: View<"solo.customer">;
}

/** Address and scheme are nothing without each other, so they are written together. */
export function EInvoiceField({ customer }: Props) {
  const { t } = useTranslation();
  const field = useField(customer, "eInvoiceAddress");
  const [editing, edit] = useDisclosure(false);
  const { eInvoiceAddress: address, eInvoiceScheme: scheme } = customer.values;
  const label = t("customers.fields.eInvoiceAddress");
  return (
    <FieldRow label={label} field={field}>
      <ShownValue
        name={field.name}
        label={label}
        text={address === null ? null : `${scheme ?? ""}:${address}`}
        placeholder={t("customers.add.eInvoiceAddress")}
        onEdit={field.canEdit ? edit.open : null}
      />
      <FormDialog opened={editing} onClose={edit.close} title={label}>
        <EInvoiceForm customer={customer} onClose={edit.close} />
      </FormDialog>
    </FieldRow>
  );
}

function EInvoiceForm({ customer, onClose }: Props & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { id, values } = customer;
  const form = useForm({
    initial: { eInvoiceScheme: values.eInvoiceScheme ?? "", eInvoiceAddress: values.eInvoiceAddress ?? "" },
    check: ({ eInvoiceScheme: scheme, eInvoiceAddress: address }) => faultsOf(scheme.trim(), address.trim()),
    send: async ({ eInvoiceScheme: scheme, eInvoiceAddress: address }) => {
      engine.transact([
        set("solo.customer", id, "eInvoiceScheme", scheme.trim() || null),
        set("solo.customer", id, "eInvoiceAddress", address.trim() || null),
      ]);
      onClose();
    },
  });
  return (
    <FormFrame onSubmit={form.submit} onCancel={onClose} submit={t("common.save")}>
      <TextInput
        label={t("customers.fields.eInvoiceScheme")}
        description={t("customers.eInvoiceHint")}
        autoFocus
        data-autofocus
        {...form.input("eInvoiceScheme")}
      />
      <TextInput label={t("customers.fields.eInvoiceAddress")} {...form.input("eInvoiceAddress")} />
    </FormFrame>
  );
}

/** What the server would say of the two. */
function faultsOf(scheme: string, address: string): readonly Complaint[] {
  if ((scheme === "") !== (address === ""))
    return [{ code: "customer.e_invoice", field: scheme === "" ? "eInvoiceScheme" : "eInvoiceAddress" }];
  return scheme === "" || /^(?:\d{4}|EM)$/u.test(scheme)
    ? []
    : [{ code: "customer.e_invoice", field: "eInvoiceScheme" }];
}
