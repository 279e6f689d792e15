import { IconArchive } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { ActionButton } from "@/ui/actions/ActionButton";
import classes from "./status.module.css";
import { restoreCustomer, type StatusContext } from "./statusActions";

interface Props {
  readonly customer: View<"solo.customer">;
  readonly context: StatusContext;
}

/** That nothing changes here any more, why, and the way back. */
export function ArchivedNotice({ customer, context }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.notice}>
      <IconArchive size={18} aria-hidden />
      <span>{t("customers.archivedBecause", { reason: customer.values.reason ?? "" })}</span>
      <ActionButton action={restoreCustomer} context={context} variant="default" size="compact-md" />
    </div>
  );
}
