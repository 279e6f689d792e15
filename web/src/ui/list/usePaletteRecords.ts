import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { fieldMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { useValueWords } from "@/ui/record/words";
import { valueIn } from "./fields";
import { type List, lineColumns, nameOf } from "./list";
import { Listing } from "./listing";
import { ReferredNames } from "./names";

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
  const words = useValueWords();
  const listings = useMemo(
    () =>
      lists.map((list) => ({
        list,
        listing: new Listing(list, i18n.language),
        names: new ReferredNames(engine, list),
      })),
    [engine, lists, i18n.language],
  );
  function lineOf(list: List, record: View): string {
    const texts = lineColumns(list, record).flatMap(({ field }) => {
      const meta = fieldMeta(list.type, field);
      return meta === undefined ? [] : (words(meta, list.type, valueIn(record, field)) ?? []);
    });
    return texts.join(" · ");
  }

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
