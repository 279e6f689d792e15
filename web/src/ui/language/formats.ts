import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMinute } from "./useMinute";

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** "3 minutes ago" in words of the language; `null` below a minute. */
export function relativeTime(language: string, at: Date, now: Date): string | null {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const seconds = (at.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return null;
}

/** A length of time in the largest unit that fits it: "3 min". */
export function duration(language: string, seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? (["second", 1] as const);
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" });
  return format.format(Math.floor(seconds / size));
}

/** An amount in the smallest unit of its currency as people of the language write it: 1250 is "€12.50". */
export function money(language: string, amount: number, currency: string | null): string {
  if (currency === null) return new Intl.NumberFormat(language).format(amount);
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** How many digits the amounts of a currency have after the point; two where nobody knows the currency. */
export function digitsOf(currency: string | null): number {
  if (currency === null) return 2;
  const { maximumFractionDigits } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}

export interface Formats {
  readonly ago: (time: string) => string;
  readonly dateTime: (time: string) => string;
  readonly day: (time: string) => string;
  /** A day without a time, such as 2026-11-21, wherever one is. */
  readonly date: (date: string) => string;
  readonly number: (value: number) => string;
  /** An amount in the smallest unit of its currency, such as cents; without a currency as a plain number. */
  readonly money: (amount: number, currency: string | null) => string;
  /** So many seconds in the largest unit that fits: "3 min". */
  readonly duration: (seconds: number) => string;
}

function formatsFor(language: string, justNow: string): Formats {
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const number = new Intl.NumberFormat(language);
  return {
    ago: (time) => relativeTime(language, new Date(time), new Date()) ?? justNow,
    dateTime: (time) => dateTime.format(new Date(time)),
    day: (time) => day.format(new Date(time)),
    date: (text) => date.format(new Date(`${text}T00:00Z`)),
    number: (value) => number.format(value),
    money: (amount, currency) => money(language, amount, currency),
    duration: (seconds) => duration(language, seconds),
  };
}

/** Dates, numbers and lists as the shown language writes them. */
export function useFormats(): Formats {
  const { t, i18n } = useTranslation();
  const minute = useMinute();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another minute makes another "ago"
  return useMemo(() => formatsFor(i18n.language, t("record.now")), [i18n.language, t, minute]);
}
