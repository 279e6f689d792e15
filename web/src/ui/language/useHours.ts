import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "./formats";

/** Writes minutes as hours: "12.5 h". */
export function useHours(): (minutes: number) => string {
  const { t } = useTranslation();
  const { number } = useFormats();
  return useCallback((minutes) => t("common.hours", { hours: number(minutes / 60) }), [t, number]);
}
