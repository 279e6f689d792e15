import { useDisclosure } from "@mantine/hooks";
import { useCallback, useContext, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { useActions } from "@/ui/actions/registry";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { toast } from "@/ui/feedback/Toast";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { TitleField } from "@/ui/record/TitleField";
import { type Field, useField } from "@/ui/record/useField";
import { useTakeBack } from "@/ui/record/useTakeBack";
import type { RecordContext } from "./actions";
import { columnOf, type List, nameOf, permissionTo } from "./list";
import { PageContext } from "./page";
import { RecordBar } from "./RecordBar";
import { RecordStamps } from "./RecordStamps";
import classes from "./record.module.css";

interface Props {
  readonly list: List;
  readonly record: View;
  readonly onClose: () => void;
}

/** One record: its name, what its type shows of it, and who made it. */
export function RecordDetail({ list, record, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  // The declaration names a text field of its own type, which one does not matter here.
  const title = useField(record as View<"solo.customer">, list.name as "name") as Field<string>;
  const [asking, ask] = useDisclosure(false);
  const root = useRef<HTMLElement>(null);
  const { editing, edited } = useContext(PageContext);
  const name = nameOf(list, record);
  const edit = useCallback(
    () => root.current?.querySelector<HTMLElement>(`[data-field="${list.name}"]`)?.click(),
    [list.name],
  );
  const context: RecordContext = {
    canEdit: title.canEdit,
    canDelete: can(permissionTo("delete", list)),
    edit,
    askDelete: ask.open,
    close: onClose,
  };
  useActions(list.recordActions.all, context);

  usePageTitle(name);
  const isWanted = editing === record.id;
  useEffect(() => {
    if (isWanted) {
      edit();
      edited();
      return;
    }
    // On a narrow screen the list is gone, and with it the row that had the focus.
    const focused = document.activeElement;
    if (focused === document.body || focused?.checkVisibility() !== true) root.current?.focus();
  }, [isWanted, edit, edited]);

  const { undo } = useTakeBack();
  function deleteIt(): void {
    const deleted = engine.transact([{ op: "delete", type: record.type, id: record.id }]);
    toast({
      text: t("record.deleted.done", { name }),
      action: { label: t("actions.undo"), run: () => undo(deleted.id) },
    });
    onClose();
  }

  const label = columnOf(list, list.name)?.label;
  return (
    <section ref={root} tabIndex={-1} className={classes.detail} aria-label={name}>
      <RecordBar list={list} record={record} context={context} />
      <div className={classes.body}>
        <TitleField field={title} label={label === undefined ? "" : t(label)} />
        <list.Detail record={record} />
        <RecordStamps record={record} />
      </div>
      <ConfirmDialog
        opened={asking}
        onClose={ask.close}
        title={t("list.delete.title", { name })}
        text={t("list.delete.text", { count: 1 })}
        confirm={t("actions.delete")}
        onConfirm={deleteIt}
      />
    </section>
  );
}
