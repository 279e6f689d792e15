import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import { type List, nameOf } from "./list";
import { Listing } from "./listing";

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
  const listings = useMemo(
    () => lists.map((list) => ({ list, listing: new Listing(list, i18n.language) })),
    [lists, i18n.language],
  );
  if (query.trim() === "") return [];
  return listings.map(({ list, listing }) => ({
    list,
    records: listing.first(engine.records(list.type), query, most).map((record) => ({
      id: record.id,
      name: nameOf(list, record),
      line: list.line?.(record) ?? "",
      mark: list.mark?.(record),
      open: () => void navigate({ to: `/w/${engine.workspace}/${list.page}/${record.id}` }),
    })),
  }));
}
