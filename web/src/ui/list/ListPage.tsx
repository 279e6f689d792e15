import { VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet } from "@tanstack/react-router";
import { memo, useDeferredValue, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { permissionTo } from "@/engine/metadata";
import { useMe, useRecords } from "@/engine/react";
import type { View } from "@/engine/types";
import { useActions } from "@/ui/actions/registry";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { BeyondWindow } from "@/ui/record/BeyondWindow";
import type { RowContext } from "./actions";
import { type Asked, BulkDialogs } from "./BulkDialogs";
import { bulkColumns, useBulk } from "./bulk";
import { shownColumns, useChosenColumns } from "./columns";
import { FilterChips } from "./FilterChips";
import { ListBody } from "./ListBody";
import { ListRows, type RowScroller } from "./ListRows";
import { HiddenByFilter } from "./ListStates";
import { ListToolbar } from "./ListToolbar";
import { type List, layoutOf, nameOf } from "./list";
import classes from "./list.module.css";
import { PageContext } from "./page";
import { SelectionBar } from "./SelectionBar";
import { type ListSearch, serverQuery, withLayout, withoutFilters } from "./search";
import { everything, nothing, toggled } from "./selection";
import { useCursor } from "./useCursor";
import { useIsNarrow } from "./useIsNarrow";
import { useListAddress } from "./useListAddress";
import { useOwnColumns } from "./useOwnColumns";
import { useRows } from "./useRows";

/** Below so many rem, rows are cards. */
const tableFrom = 46;

/** The list, and beside it (or in its place) the record that is open. */
export function ListPage({ list }: { readonly list: List }) {
  const now: readonly View[] = useRecords(list.type);
  // Of a record that was written its page is drawn first, and the list when that is painted. The first records are awaited.
  const last = useDeferredValue(now);
  return <ListOf list={list} all={last.length === 0 ? now : last} />;
}

interface Props {
  readonly list: List;
  readonly all: readonly View[];
}

const ListOf = memo(function ListOf({ list: declared, all }: Props) {
  const { t } = useTranslation();
  const list = useOwnColumns(declared);
  const { search, openId, show, open, hrefOf } = useListAddress(list);
  const { can } = useMe();
  const { rows, names, hidden, made } = useRows(list, all, search);
  const [chosenColumns, chooseColumns] = useChosenColumns(list);
  const columns = useMemo(() => shownColumns(list, chosenColumns), [list, chosenColumns]);
  const [selection, setSelection] = useState(nothing);
  const selected = useMemo(
    () => (selection.ids.size === 0 ? [] : rows.filter(({ id }) => selection.ids.has(id))),
    [rows, selection],
  );
  const bulk = useBulk(list);
  const [asked, ask] = useState<Asked | null>(null);
  const [creating, create] = useDisclosure(false);
  const [editing, setEditing] = useState<string | null>(null);
  const root = useRef<HTMLElement>(null);
  const narrow = useIsNarrow(root, tableFrom);
  const searchRef = useRef<HTMLInputElement>(null);
  const scroller = useRef<RowScroller>(null);
  const cursor = useCursor({ rows, openId, scroller, open, selection, onSelect: setSelection });
  const layout = layoutOf(list, search);
  const isShown = openId === undefined || list.alone !== true;

  function narrowTo(next: ListSearch, step?: "step"): void {
    made(undefined);
    show(next, step);
  }
  const showAll = () => narrowTo(withoutFilters(search), "step");

  const context: RowContext = {
    canCreate: can(permissionTo("create", list.type)),
    canUpdate: bulk.canUpdate,
    hasRows: rows.length > 0 && layout?.Draw === undefined,
    hasCurrent: cursor.currentId !== undefined && layout?.Draw === undefined,
    isOpen: openId !== undefined,
    isShown,
    layout: layout?.id,
    show(id) {
      setSelection(nothing);
      show(withLayout(search, id === list.layouts?.[0]?.id ? undefined : id), "step");
    },
    create: create.open,
    search: () => searchRef.current?.focus(),
    move: cursor.move,
    openCurrent: cursor.openCurrent,
    editCurrent() {
      setEditing(cursor.currentId ?? null);
      cursor.openCurrent();
    },
    toggleCurrent: cursor.toggleCurrent,
    extend: cursor.extend,
    selectAll: () => setSelection(everything(rows)),
  };
  useActions(list.rowActions.all, context);
  usePageTitle(openId === undefined ? t(list.words.title) : null);
  const { reveal } = cursor;
  const page = useMemo(() => ({ editing, edited: () => setEditing(null), reveal }), [editing, reveal]);

  return (
    <div
      className={classes.page}
      data-open={openId !== undefined || undefined}
      data-alone={list.alone || undefined}
    >
      <VisuallyHidden component="h1">{t(list.words.title)}</VisuallyHidden>
      <section ref={root} className={classes.list} data-narrow={narrow || undefined}>
        <ListToolbar
          list={list}
          context={context}
          all={all}
          shown={rows.length}
          narrow={narrow}
          search={search}
          onSearch={narrowTo}
          searchRef={searchRef}
          columns={chosenColumns}
          onColumns={chooseColumns}
        />
        <FilterChips list={list} search={search} onSearch={(next) => narrowTo(next, "step")} />
        <BeyondWindow type={list.type} query={serverQuery(list, search)} />
        {hidden !== undefined && <HiddenByFilter name={nameOf(list, hidden)} onClear={showAll} />}
        <ListBody
          list={list}
          all={all}
          rows={rows}
          names={names}
          context={context}
          hrefOf={hrefOf}
          open={open}
          onClear={showAll}
        >
          <ListRows
            list={list}
            columns={columns}
            rows={rows}
            names={names}
            narrow={narrow}
            search={search}
            onSearch={(next) => narrowTo(next, "step")}
            openId={openId}
            currentId={cursor.currentId}
            selection={selection}
            onSelect={setSelection}
            open={open}
            hrefOf={hrefOf}
            move={cursor.move}
            scroller={scroller}
            bulk={bulk}
            onAsk={ask}
          />
        </ListBody>
        {selected.length > 0 && (
          <SelectionBar
            columns={bulk.canUpdate ? bulkColumns(list) : []}
            selected={selected}
            canDelete={bulk.canDelete}
            onAsk={ask}
            onClear={() => setSelection(nothing)}
          />
        )}
      </section>
      <PageContext value={page}>
        <Outlet />
      </PageContext>
      <BulkDialogs
        list={list}
        all={all}
        asked={asked}
        onAsk={ask}
        onOpen={open}
        onSelect={(id) => setSelection(toggled(selection, id))}
        onDo={(records, change) => {
          if (change.kind === "delete") setSelection(nothing);
          bulk.run(records, change);
        }}
      />
      <list.Create
        opened={creating}
        onClose={create.close}
        onCreated={(id) => {
          made(id);
          open(id);
        }}
      />
    </div>
  );
});
