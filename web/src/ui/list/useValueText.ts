import { useCallback } from "react";
import { fieldMeta } from "@/engine/metadata";
import { useValueWords } from "@/ui/record/words";
import type { Column, ListDeclaration } from "./list";

/** Says one value of a column in words: a choice, a currency, the name of what a reference is to. */
export function useValueText({
  type,
}: Pick<ListDeclaration, "type">): (column: Pick<Column, "field">, value: string) => string {
  const words = useValueWords();
  return useCallback(
    ({ field }, value) => {
      const meta = fieldMeta(type, field);
      if (meta === undefined) return value;
      return words(meta, type, meta.kind === "boolean" ? value === "true" : value) ?? value;
    },
    [type, words],
  );
}
