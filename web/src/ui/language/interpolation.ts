import type { InterpolationOptions } from "i18next";
import { isolate } from "./isolate";
import { type Locale, numberFormat } from "./locale";

/** For i18next: numbers in every hole of every text are written as the locale does, and words keep their direction. */
export function interpolationFor(locale: () => Locale): InterpolationOptions {
  return {
    escapeValue: true,
    useRawValueToEscape: true,
    escape: (value: unknown) => {
      const { tag, direction } = locale();
      return typeof value === "number" ? numberFormat(tag).format(value) : isolate(String(value), direction);
    },
  };
}
