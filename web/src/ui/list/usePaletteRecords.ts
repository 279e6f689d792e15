import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { useFieldWords } from "@/ui/record/words";
import { valueIn } from "./fields";
import { type List, lineColumns, nameOf } from "./list";
import { Listing } from "./listing";
import { ReferredNames } from "./names";
import { useOwnColumns } from "./useOwnColumns";

const most = 8;

export interface PaletteRecord {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  readonly mark: ReactNode;
  readonly open: () => void;
}

/** The records of each list that the palette offers for what was typed, by the lists' order. */
export function usePaletteRecords(
  lists: readonly List[],
  query: string,
): readonly { readonly list: List; readonly records: readonly PaletteRecord[] }[] {
  const navigate = useNavigate();
  const engine = useEngine();
  const { i18n } = useTranslation();
  const words = useFieldWords();
  // biome-ignore lint/correctness/useHookAtTopLevel: the lists are the same at every drawing
  const known = lists.map((list) => useOwnColumns(list));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list is another when a field of it is
  const listings = useMemo(
    () =>
      known.map((list) => ({
        list,
        listing: new Listing(list, i18n.language),
        names: new ReferredNames(engine, list),
      })),
    [engine, i18n.language, ...known],
  );
  const lineOf = (list: List, record: View) =>
    lineColumns(list, record)
      .flatMap(({ field }) => words(record, field, valueIn(record, field)) ?? [])
      .join(" · ");

  if (query.trim() === "") return [];
  return listings.map(({ list, listing, names }) => {
    listing.call(names.latest());
    const found = listing.first(engine.records(list.type), query, most);
    return {
      list,
      records: found.map((record) => ({
        id: record.id,
        name: nameOf(list, record),
        line: lineOf(list, record),
        mark: list.mark?.(record),
        open: () => void navigate({ to: `/w/${engine.workspace}/${list.page}/${record.id}` }),
      })),
    };
  });
}
