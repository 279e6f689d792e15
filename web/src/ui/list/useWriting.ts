import { useMemo } from "react";
import { type Formats, useFormats } from "@/ui/language/formats";
import type { Column, ListDeclaration } from "./list";
import { useNames } from "./names";
import { useValueText } from "./useValueText";

/** How values are written. Made once for all rows of a list: what a language needs for it is dear to make. */
export interface Writing extends Formats {
  readonly textOf: (column: Column, value: string) => string;
}

export function useWriting(list: ListDeclaration): Writing {
  const formats = useFormats();
  const textOf = useValueText(list);
  const names = useNames(list);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is referred to has other names now
  return useMemo(() => ({ ...formats, textOf }), [formats, textOf, names]);
}
