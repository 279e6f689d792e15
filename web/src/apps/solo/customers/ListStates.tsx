import { Button, Skeleton } from "@mantine/core";
import { IconAddressBook, IconLock, IconSearchOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/ui/actions/ActionButton";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { type ListContext, newCustomer } from "./actions";
import classes from "./customers.module.css";

const skeletonWidths = [62, 48, 71, 55, 66, 44, 58, 69];

export function LoadingRows() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")}>
      {skeletonWidths.map((width) => (
        <div key={width} className={classes.skeleton}>
          <Skeleton h={28} w={28} radius="sm" />
          <Skeleton h={12} w={`${width}%`} />
          <Skeleton h={18} w={72} />
        </div>
      ))}
    </div>
  );
}

export function NoCustomersYet({ context }: { context: ListContext }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={IconAddressBook}
      title={t("customers.empty.title")}
      action={<ActionButton action={newCustomer} context={context} />}
    >
      {context.canCreate ? t("customers.empty.text") : t("customers.empty.textViewer")}
    </EmptyState>
  );
}

export function NothingFound({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={IconSearchOff}
      title={t("customers.none.title")}
      action={
        <Button variant="default" onClick={onClear}>
          {t("customers.none.clear")}
        </Button>
      }
    >
      {t("customers.none.text")}
    </EmptyState>
  );
}

/** Says of a customer that was just entered why the list does not show it. */
export function HiddenByFilter({ name, onClear }: { name: string; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.hidden} role="status">
      <span>{t("customers.hidden", { name })}</span>
      <Button variant="default" size="compact-sm" flex="none" onClick={onClear}>
        {t("customers.showAll")}
      </Button>
    </div>
  );
}

export function MayNotRead() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconLock} title={t("customers.refused.title")}>
      {t("customers.refused.text")}
    </EmptyState>
  );
}
