import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRecord } from "@/engine/react";
import type { View } from "@/engine/types";
import type { List } from "./list";
import { Listing } from "./listing";
import { type Names, useNames } from "./names";
import type { ListSearch } from "./search";

interface Rows {
  /** Those that the list shows, in its order. */
  readonly rows: readonly View[];
  /** What those are called that they refer to. */
  readonly names: Names;
  /** The record that was just made, where the search hides it. */
  readonly hidden: View | undefined;
  /** Remembers what was just made; `undefined` forgets it. */
  readonly made: (id: string | undefined) => void;
}

/** What a list shows of all its records for this search. */
export function useRows(list: List, all: readonly View[], search: ListSearch): Rows {
  const { i18n } = useTranslation();
  const listing = useMemo(() => new Listing(list, i18n.language), [list, i18n.language]);
  const names = useNames(list);
  listing.call(names);
  const rows = listing.rows(all, useDeferredValue(search));
  const [newest, made] = useState<string>();
  const created = useRecord(list.type, newest ?? "");
  const hidden = created !== undefined && !listing.wants(created, search) ? created : undefined;
  return { rows, names, hidden, made };
}
