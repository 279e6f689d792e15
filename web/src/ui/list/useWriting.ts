import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Formats, useFormats } from "@/ui/language/formats";
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

/** Writes minutes as hours. */
export function useHours(): (minutes: number) => string {
  const { t } = useTranslation();
  const { number } = useFormats();
  return useCallback((minutes) => t("projects.budget.hours", { hours: number(minutes / 60) }), [t, number]);
}
