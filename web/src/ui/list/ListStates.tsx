import { Button, Skeleton } from "@mantine/core";
import { IconLock, IconSearchOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/ui/actions/ActionButton";
import { EmptyState } from "@/ui/feedback/EmptyState";
import type { RowContext } from "./actions";
import type { List } from "./list";
import classes from "./list.module.css";

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

export function NothingYet({ list, context }: { list: List; context: RowContext }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={list.icon}
      title={t(list.words.emptyTitle)}
      action={
        <div className={classes.ways}>
          <ActionButton action={list.rowActions.create} context={context} />
          {list.Begin !== undefined && <list.Begin />}
        </div>
      }
    >
      {context.canCreate ? t(list.words.emptyText) : t("list.emptyForViewers")}
    </EmptyState>
  );
}

export function NothingFound({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={IconSearchOff}
      title={t("list.none.title")}
      action={
        <Button variant="default" onClick={onClear}>
          {t("list.none.clear")}
        </Button>
      }
    >
      {t("list.none.text")}
    </EmptyState>
  );
}

/** Says of a record that was just entered why the list does not show it. */
export function HiddenByFilter({ name, onClear }: { name: string; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.hidden} role="status">
      <span>{t("list.hidden", { name })}</span>
      <Button variant="default" size="compact-sm" flex="none" onClick={onClear}>
        {t("list.showAll")}
      </Button>
    </div>
  );
}

export function MayNotRead() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconLock} title={t("list.refused.title")}>
      {t("list.refused.text")}
    </EmptyState>
  );
}
