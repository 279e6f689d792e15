import { Tabs } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLook, useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { useActions } from "@/ui/actions/registry";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { TitleField } from "../TitleField";
import { type Field, Locked, useNamedField, valueIn } from "../useField";
import { useFieldLabel } from "../words";
import { type RecordContext, recordActions } from "./actions";
import { DeleteDialog } from "./DeleteDialog";
import { MergeDialog } from "./MergeDialog";
import classes from "./page.module.css";
import { RecordBar } from "./RecordBar";
import { RecordStamps } from "./RecordStamps";

export interface RecordTab {
  readonly id: string;
  readonly label: string;
  /** How much there is behind it. */
  readonly count?: number;
  readonly panel: ReactNode;
}

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
  readonly canMerge?: boolean;
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
  const labelOf = useFieldLabel();
  const name = useNamedField(record, "name");
  const title = String(valueIn(record, "name") ?? "");
  const [deleting, askDelete] = useDisclosure(false);
  const [merging, askMerge] = useDisclosure(false);
  const [tab, setTab] = useState(tabs[0]?.id ?? null);
  const root = useRef<HTMLElement>(null);
  const mayUpdate = can(`${record.type}.update` as Parameters<typeof can>[0]);
  const mayDelete = can(`${record.type}.delete` as Parameters<typeof can>[0]);
  const context: RecordContext = {
    canEdit: mayUpdate && !locked,
    canDelete: mayDelete,
    canMerge: mayUpdate && mayDelete && props.canMerge === true,
    beside,
    edit: () => root.current?.querySelector<HTMLElement>('[data-field="name"]')?.click(),
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
          <TitleField field={name as Field<string>} label={labelOf(record, "name")} />
          {(props.state !== undefined || props.steps !== undefined) && (
            <div className={classes.state}>
              {props.state}
              <span className={classes.spring} />
              {props.steps}
            </div>
          )}
          {props.notice}
          <div className={classes.columns}>
            <Tabs value={tab} onChange={setTab} keepMounted={false} className={classes.main ?? ""}>
              <Tabs.List className={classes.tabs ?? ""} aria-label={t("record.parts", { name: title })}>
                {tabs.map(({ id, label, count = 0 }) => (
                  <Tabs.Tab key={id} value={id} className={classes.tab ?? ""}>
                    {label}
                    {count > 0 && <span className={classes.count}>{count}</span>}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              {tabs.map(({ id, panel }) => (
                <Tabs.Panel key={id} value={id}>
                  {panel}
                </Tabs.Panel>
              ))}
            </Tabs>
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
          onMerged={(into) => props.onMerged?.(into)}
        />
      )}
    </section>
  );
}
