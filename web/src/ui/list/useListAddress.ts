import { useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { ListDeclaration } from "./list";
import { type ListSearch, readSearch } from "./search";

interface ListAddress {
  readonly search: ListSearch;
  /** The record that is open beside the list. */
  readonly openId: string | undefined;
  /** Shows something else in the same list; the way back leads over it where `step` says so. */
  readonly show: (search: ListSearch, step?: "step") => void;
  readonly open: (id: string, replace?: boolean) => void;
  readonly close: () => Promise<void>;
  /** Where a record is, for links that can be opened in a new tab. */
  readonly hrefOf: (id: string) => string;
}

/** What the address says of a list, and the ways to change it. */
export function useListAddress(list: ListDeclaration): ListAddress {
  const navigate = useNavigate();
  const { workspaceId = "", recordId: openId } = useParams({ strict: false });
  const { search: raw } = useLocation();
  const { type, page } = list;
  const search = useMemo(() => readSearch(type, raw), [type, raw]);
  const base = `/w/${workspaceId}/${page}`;
  const go = useCallback(
    (to: string, next: ListSearch, replace: boolean) => navigate({ to, search: { ...next }, replace }),
    [navigate],
  );
  const hrefOf = useCallback((id: string) => `${base}/${id}`, [base]);
  const open = useCallback(
    (id: string, replace = false) => void go(`${base}/${id}`, search, replace),
    [go, base, search],
  );
  return {
    search,
    openId,
    show: (next, step) =>
      void go(openId === undefined ? base : `${base}/${openId}`, next, step === undefined),
    open,
    close: () => go(base, search, false),
    hrefOf,
  };
}
