import { useState } from "react";
import { useEngine } from "@/engine/react";
import { prefixOf } from "@/engine/store";
import { keep, kept } from "@/ui/kept";
import { kindOf } from "./fields";
import type { Column, ListDeclaration } from "./list";

/** The first column names the record and is always there; the others as the person chose, in the list's own order. */
export function shownColumns(list: ListDeclaration, chosen: readonly string[] | null): readonly Column[] {
  return list.columns.filter(({ field, shown }, index) => {
    if (index === 0) return true;
    return chosen === null ? shown === true : chosen.includes(field);
  });
}

/** What is kept of a choice: nothing where it is what the list does by itself. */
export function chosenFields(list: ListDeclaration, fields: readonly string[]): readonly string[] | null {
  const known = list.columns.slice(1).filter(({ field }) => fields.includes(field));
  const usual = list.columns.slice(1).filter(({ shown }) => shown === true);
  const isUsual = known.length === usual.length && known.every((column) => column.shown === true);
  return isUsual ? null : known.map(({ field }) => field);
}

const leastWidths = { list: 10, time: 8, date: 8, choice: 8, money: 7, integer: 6, boolean: 6 } as const;

/** The least width of a column in rem. */
export function widthOf(list: ListDeclaration, { field, width }: Column): number {
  const kind = kindOf(list, field);
  return width ?? (kind in leastWidths ? leastWidths[kind as keyof typeof leastWidths] : 11);
}

/** Words share what is left; the rest takes what it needs, the same in every row. */
export function columnTracks(list: ListDeclaration, columns: readonly Column[]): string {
  return columns
    .map((column, index) => {
      const grows = ["text", "list", "reference"].includes(kindOf(list, column.field));
      const least = widthOf(list, column);
      return grows ? `minmax(${least}rem, ${index === 0 ? 2 : 1}fr)` : `${least}rem`;
    })
    .join(" ");
}

function remembered(key: string): readonly string[] | null {
  try {
    const fields: unknown = JSON.parse(kept(key) ?? "null");
    return Array.isArray(fields) ? fields.filter((one) => typeof one === "string") : null;
  } catch {
    return null;
  }
}

/** Which columns the person wants in this workspace, kept in this browser; `null` for those that the list has by itself. */
export function useChosenColumns(
  list: ListDeclaration,
): readonly [readonly string[] | null, (fields: readonly string[] | null) => void] {
  const engine = useEngine();
  const { user, workspace } = engine;
  // A name of the person's: it goes when he signs out.
  const key = `${prefixOf(user)}columns:${workspace}:${list.page}`;
  const [chosen, setChosen] = useState(() => remembered(key));
  return [
    chosen,
    (fields) => {
      const next = fields === null ? null : chosenFields(list, fields);
      setChosen(next);
      // Where nothing is kept, a choice lasts as long as the page.
      if (engine.status().storage !== "memory") keep(key, next && JSON.stringify(next));
    },
  ];
}
