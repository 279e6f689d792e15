import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconEdit, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { ActionButton } from "@/ui/actions/ActionButton";
import { useActions } from "@/ui/actions/registry";
import { useFormats } from "@/ui/language/formats";
import { deleteSelected, type SelectionContext, selectionActions } from "./actions";
import type { Asked } from "./BulkDialogs";
import { type Column, labelOf } from "./list";
import classes from "./list.module.css";

interface Props {
  /** What can be changed for all of them. */
  readonly columns: readonly Column[];
  readonly selected: readonly View[];
  readonly canDelete: boolean;
  readonly onAsk: (asked: Asked) => void;
  readonly onClear: () => void;
}

/** How many rows are chosen, and what can be done with all of them. It lies over the list, which does not move. */
export function SelectionBar({ columns, selected, canDelete, onAsk, onClear }: Props) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const context: SelectionContext = {
    canDelete,
    askDelete: () => onAsk({ what: "delete", records: selected }),
    clear: onClear,
  };
  useActions(selectionActions, context);
  return (
    <div className={classes.selection} role="toolbar" aria-label={t("list.selection")}>
      <span role="status">{t("list.selected", { count: selected.length, n: number(selected.length) })}</span>
      {columns.length > 0 && (
        <Menu position="top">
          <Menu.Target>
            <Button variant="default" size="compact-sm" leftSection={<IconEdit size={14} aria-hidden />}>
              {t("list.bulk.change")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {columns.map((column) => (
              <Menu.Item
                key={column.field}
                onClick={() => onAsk({ what: "change", records: selected, column })}
              >
                {t("list.bulk.changeField", { field: labelOf(t, column) })}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <ActionButton action={deleteSelected} context={context} variant="default" size="compact-sm" />
      <ActionIcon size="md" aria-label={t("actions.clearSelection")} onClick={onClear}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}
