import { useCallback } from "react";
import { useValueWords } from "@/ui/record/words";
import { type Known, metaOf } from "./fields";
import type { Column } from "./list";

/** Says one value of a column in words: a choice, a currency, the name of what a reference is to. */
export function useValueText(list: Known): (column: Pick<Column, "field">, value: string) => string {
  const words = useValueWords();
  return useCallback(
    ({ field }, value) => {
      const meta = metaOf(list, field);
      if (meta === undefined) return value;
      return words(meta, list.type, meta.kind === "boolean" ? value === "true" : value) ?? value;
    },
    [list, words],
  );
}
