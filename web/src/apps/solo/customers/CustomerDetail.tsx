import { useDisclosure } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { remove } from "@/engine/operations";
import { useEngine, useMe } from "@/engine/react";
import { useActions } from "@/ui/actions/registry";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { toast } from "@/ui/feedback/Toast";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { TitleField } from "@/ui/record/TitleField";
import { useField } from "@/ui/record/useField";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { type DetailContext, detailActions } from "./actions";
import { CustomerFields } from "./CustomerFields";
import { CustomerHistory } from "./CustomerHistory";
import { CustomerState } from "./CustomerState";
import classes from "./customers.module.css";
import { DetailBar } from "./DetailBar";
import type { Customer } from "./listing";

interface Props {
  readonly customer: Customer;
  readonly onClose: () => void;
}

export function CustomerDetail({ customer, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  const name = useField(customer, "name");
  const [asking, ask] = useDisclosure(false);
  const root = useRef<HTMLElement>(null);
  const context: DetailContext = {
    canEdit: can("solo.customer.update"),
    canDelete: can("solo.customer.delete"),
    edit: () => root.current?.querySelector<HTMLElement>('[data-field="name"]')?.click(),
    askDelete: ask.open,
    close: onClose,
  };
  useActions(detailActions, context);

  usePageTitle(customer.values.name);
  // On a narrow screen the list is gone, and with it the row that had the focus.
  useEffect(() => {
    const focused = document.activeElement;
    if (focused === document.body || focused?.checkVisibility() !== true) root.current?.focus();
  }, []);

  const { undo } = useTakeBack();
  function deleteIt(): void {
    const deleted = engine.transact([remove("solo.customer", customer.id)]);
    toast({
      text: t("customers.delete.done", { name: customer.values.name }),
      action: { label: t("actions.undo"), run: () => undo(deleted.id) },
    });
    onClose();
  }

  return (
    <section ref={root} tabIndex={-1} className={classes.detail} aria-label={customer.values.name}>
      <DetailBar customer={customer} context={context} />
      <div className={classes.body}>
        <TitleField field={name} label={t("customers.fields.name")} />
        <CustomerState customer={customer} />
        <CustomerFields customer={customer} />
        <CustomerHistory customer={customer} />
      </div>
      <ConfirmDialog
        opened={asking}
        onClose={ask.close}
        title={t("customers.delete.title", { name: customer.values.name })}
        text={t("customers.delete.text")}
        confirm={t("customers.delete.confirm")}
        onConfirm={deleteIt}
      />
    </section>
  );
}
