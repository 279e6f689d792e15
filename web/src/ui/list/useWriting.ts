import { useMemo } from "react";
import { type Formats, useFormats } from "@/ui/language/formats";
import { useHours } from "@/ui/language/useHours";
import type { Column, ListDeclaration } from "./list";
import type { Names } from "./names";
import { useValueText } from "./useValueText";

/** How values are written. Asked for once for all rows of a list, which are drawn anew where it is another. */
export interface Writing extends Formats {
  readonly textOf: (column: Column, value: string) => string;
  /** So many minutes as hours: "12.5 h". */
  readonly hours: (minutes: number) => string;
}

/** @param names of what the records refer to */
export function useWriting(list: ListDeclaration, names: Names): Writing {
  const formats = useFormats();
  const hours = useHours();
  const textOf = useValueText(list);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is referred to has other names now
  return useMemo(() => ({ ...formats, textOf, hours }), [formats, textOf, hours, names]);
}
