import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { permissionTo } from "@/engine/metadata";
import { useLook, useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { useActions } from "@/ui/actions/registry";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { TitleField } from "../TitleField";
import { Locked } from "../useField";
import { nameIn, namingField } from "../words";
import { type RecordContext, recordActions } from "./actions";
import { DeleteDialog } from "./DeleteDialog";
import { MergeDialog } from "./MergeDialog";
import classes from "./page.module.css";
import { RecordBar } from "./RecordBar";
import { RecordStamps } from "./RecordStamps";
import { type RecordTab, RecordTabs } from "./RecordTabs";

interface Props {
  readonly record: View;
  /** What the page shows, one after the other; the first is open. */
  readonly tabs: readonly RecordTab[];
  /** Beside the tabs where there is room, else below them. */
  readonly aside?: ReactNode;
  /** How it stands: a pill or the menu that changes it. */
  readonly state?: ReactNode;
  /** What is usually done next, as buttons. */
  readonly steps?: ReactNode;
  /** Lines of the menu, before those that every record has. */
  readonly menu?: ReactNode;
  /** What must be known before anything else: that it is archived, and why. */
  readonly notice?: ReactNode;
  /** It does not change; only its state does. */
  readonly locked?: boolean;
  /** It lies beside the list, where that is wide enough. */
  readonly beside?: boolean;
  /** It can be made one with another; these fields have rules of their own, and are never taken over. */
  readonly merge?: { readonly without: readonly string[] };
  /** What can be done where it cannot be deleted. */
  readonly archive?: { readonly label: string; readonly run: () => void };
  readonly onClose: () => void;
  /** Leads to the other record, which is all that is left of the two. */
  readonly onMerged?: (into: string) => void;
}

/** The page of one record: what it is, what can be done with it, and all that belongs to it. */
export function RecordPage({ record, tabs, aside, locked = false, beside = false, ...props }: Props) {
  const { t } = useTranslation();
  const { can } = useMe();
  const title = nameIn(record);
  const [deleting, askDelete] = useDisclosure(false);
  const [merging, askMerge] = useDisclosure(false);
  const root = useRef<HTMLElement>(null);
  const mayUpdate = can(permissionTo("update", record.type));
  const mayDelete = can(permissionTo("delete", record.type));
  const context: RecordContext = {
    canEdit: mayUpdate && !locked,
    canDelete: mayDelete,
    canMerge: mayUpdate && mayDelete && props.merge !== undefined,
    beside,
    edit: () =>
      root.current?.querySelector<HTMLElement>(`[data-field="${namingField(record.type)}"]`)?.click(),
    askDelete: askDelete.open,
    askMerge: askMerge.open,
    close: props.onClose,
  };
  useActions(recordActions, context);
  useLook(record.type, record.id);
  usePageTitle(title);
  // On a narrow screen the list is gone, and with it the row that had the focus.
  useEffect(() => {
    const focused = document.activeElement;
    if (focused === document.body || focused?.checkVisibility() !== true) root.current?.focus();
  }, []);

  return (
    <section ref={root} tabIndex={-1} className={classes.page} aria-label={title}>
      <RecordBar record={record} context={context} menu={props.menu} />
      <Locked value={locked}>
        <div className={classes.body} data-wide={aside !== undefined || undefined}>
          <TitleField record={record} />
          {(props.state !== undefined || props.steps !== undefined) && (
            <div className={classes.state}>
              {props.state}
              <span className={classes.spring} />
              {props.steps}
            </div>
          )}
          {props.notice}
          <div className={classes.columns}>
            <RecordTabs name={title} tabs={tabs} />
            {aside !== undefined && (
              <aside className={classes.aside} aria-label={t("record.details")}>
                {aside}
              </aside>
            )}
          </div>
          <RecordStamps record={record} />
        </div>
      </Locked>
      <DeleteDialog
        record={record}
        opened={deleting}
        archive={props.archive}
        onClose={askDelete.close}
        onDeleted={props.onClose}
      />
      {context.canMerge && (
        <MergeDialog
          record={record}
          opened={merging}
          onClose={askMerge.close}
          without={props.merge?.without ?? []}
          onMerged={(into) => props.onMerged?.(into)}
        />
      )}
    </section>
  );
}
