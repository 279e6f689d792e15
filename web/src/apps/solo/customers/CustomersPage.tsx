import { VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLoaded, useMe, useRecords } from "@/engine/react";
import { useActions } from "@/ui/actions/registry";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { type ListContext, listActions } from "./actions";
import { BeyondWindow } from "./BeyondWindow";
import { CustomerRows, type RowScroller } from "./CustomerRows";
import classes from "./customers.module.css";
import { HiddenByFilter, LoadingRows, MayNotRead, NoCustomersYet, NothingFound } from "./ListStates";
import { ListToolbar } from "./ListToolbar";
import { type CustomerSearch, filterCustomers, readSearch, sortCustomers } from "./listing";
import { NewCustomerDialog } from "./NewCustomerDialog";
import { useListCursor } from "./useListCursor";

const route = getRouteApi("/w/$workspaceId/customers");

/** The list, and beside it (on a narrow screen: in its place) the customer that is open. */
export function CustomersPage() {
  const { t, i18n } = useTranslation();
  const { workspaceId } = route.useParams();
  const { customerId: openId } = useParams({ strict: false });
  const search = route.useSearch();
  const navigate = useNavigate();
  const { can } = useMe();
  const all = useRecords("solo.customer");
  const loaded = useLoaded("solo.customer");
  const wanted = useDeferredValue(search);
  const sorted = useMemo(
    () => sortCustomers(all, wanted.sort ?? "name", i18n.language),
    [all, wanted.sort, i18n.language],
  );
  const shown = useMemo(() => filterCustomers(sorted, wanted), [sorted, wanted]);
  const searchRef = useRef<HTMLInputElement>(null);
  const scroller = useRef<RowScroller>(null);
  const [creating, create] = useDisclosure(false);
  const [newest, setNewest] = useState<string>();
  const created = newest === undefined ? undefined : all.find(({ id }) => id === newest);
  const isHidden = created !== undefined && filterCustomers([created], search).length === 0;

  function narrow(next: CustomerSearch): void {
    setNewest(undefined);
    void navigate({ to: ".", search: readSearch({ ...next }), replace: true });
  }
  const showAll = () => narrow({ ...(search.sort !== undefined && { sort: search.sort }) });

  const open = (customerId: string, replace: boolean) =>
    void navigate({
      to: "/w/$workspaceId/customers/$customerId",
      params: { workspaceId, customerId },
      search,
      replace,
    });
  const { currentId, move, openCurrent } = useListCursor({ customers: shown, openId, scroller, open });
  const context: ListContext = {
    canCreate: can("solo.customer.create"),
    hasRows: shown.length > 0,
    create: create.open,
    search: () => searchRef.current?.focus(),
    move,
    openCurrent,
  };
  useActions(listActions, context);
  usePageTitle(openId === undefined ? t("customers.title") : null);

  return (
    <div className={classes.page} data-open={openId !== undefined || undefined}>
      <VisuallyHidden component="h1">{t("customers.title")}</VisuallyHidden>
      <section className={classes.list}>
        <ListToolbar
          context={context}
          search={search}
          onSearch={narrow}
          total={all.length}
          shown={shown.length}
          searchRef={searchRef}
        />
        <BeyondWindow search={search} />
        {isHidden && <HiddenByFilter name={created.values.name} onClear={showAll} />}
        {loaded === "loading" && all.length === 0 ? (
          <LoadingRows />
        ) : loaded === "refused" ? (
          <MayNotRead />
        ) : all.length === 0 ? (
          <NoCustomersYet context={context} />
        ) : shown.length === 0 ? (
          <NothingFound onClear={showAll} />
        ) : (
          <CustomerRows
            customers={shown}
            workspaceId={workspaceId}
            openId={openId}
            currentId={currentId}
            scroller={scroller}
          />
        )}
      </section>
      <Outlet />
      <NewCustomerDialog
        opened={creating}
        onClose={create.close}
        onCreated={(id) => {
          setNewest(id);
          open(id, false);
        }}
      />
    </div>
  );
}
