import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** "3 minutes ago" in words of the language; below a minute it is "now". */
export function relativeTime(language: string, at: Date, now: Date): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const seconds = (at.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(0, "second");
}

export interface Formats {
  readonly ago: (time: string) => string;
  readonly dateTime: (time: string) => string;
  readonly day: (time: string) => string;
  readonly number: (value: number) => string;
  readonly list: (values: readonly string[]) => string;
}

export function formatsFor(language: string): Formats {
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const number = new Intl.NumberFormat(language);
  const list = new Intl.ListFormat(language, { type: "disjunction" });
  return {
    ago: (time) => relativeTime(language, new Date(time), new Date()),
    dateTime: (time) => dateTime.format(new Date(time)),
    day: (time) => day.format(new Date(time)),
    number: (value) => number.format(value),
    list: (values) => list.format(values),
  };
}

/** Dates, numbers and lists as the shown language writes them. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return useMemo(() => formatsFor(i18n.language), [i18n.language]);
}
