import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRecord, useRecords } from "@/engine/react";
import type { View } from "@/engine/types";
import type { List } from "./list";
import { Listing } from "./listing";
import { type Names, useNames } from "./names";
import type { ListSearch } from "./search";

interface Rows {
  /** Every record of the type, and those that the list shows, in its order. */
  readonly all: readonly View[];
  readonly rows: readonly View[];
  /** What those are called that they refer to. */
  readonly names: Names;
  /** The record that was just made, where the search hides it. */
  readonly hidden: View | undefined;
  /** Remembers what was just made; `undefined` forgets it. */
  readonly made: (id: string | undefined) => void;
}

/** What a list shows of its records for this search. */
export function useRows(list: List, search: ListSearch): Rows {
  const { i18n } = useTranslation();
  const all = useRecords(list.type);
  const listing = useMemo(() => new Listing(list, i18n.language), [list, i18n.language]);
  const names = useNames(list);
  listing.call(names);
  const rows = listing.rows(all, useDeferredValue(search));
  const [newest, made] = useState<string>();
  const created = useRecord(list.type, newest ?? "");
  const hidden = created !== undefined && !listing.wants(created, search) ? created : undefined;
  return { all, rows, names, hidden, made };
}
