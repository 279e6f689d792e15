import { useTranslation } from "react-i18next";
import { localeFor, numberFormat } from "./locale";
import { madeOnce } from "./madeOnce";
import { useMinute } from "./useMinute";

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const relative = madeOnce((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const lengths = madeOnce((locale) =>
  madeOnce((unit) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" })),
);
const bytesIn = madeOnce((locale) =>
  madeOnce((unit) => new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 })),
);
const moments = madeOnce(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
);
const days = madeOnce((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }));
const dates = madeOnce((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }));
const longDates = madeOnce(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }),
);
const percents = madeOnce((locale) => new Intl.NumberFormat(locale, { style: "percent" }));
const lists = madeOnce((locale) => new Intl.ListFormat(locale, { type: "conjunction" }));
const amounts = madeOnce((locale) =>
  madeOnce((currency) => new Intl.NumberFormat(locale, { style: "currency", currency })),
);

const plainAmounts = madeOnce(
  (locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
);

/** "3 minutes ago" in words of the language; `null` below a minute. */
export function relativeTime(locale: string, at: Date, now: Date): string | null {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative(locale).format(Math.round(seconds / size), unit);
  }
  return null;
}

/** A length of time in the largest unit that fits it: "3 min". */
export function duration(locale: string, seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? (["second", 1] as const);
  return lengths(locale)(unit).format(Math.floor(seconds / size));
}

/** How many digits the amounts of a currency have after the point; two where nobody knows the currency. */
export function digitsOf(currency: string | null): number {
  if (currency === null) return 2;
  return amounts("en")(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * An amount in the smallest unit of its currency: 1234 is 12.34 in EUR, 1,234 in JPY and 1.234 in KWD; 12.34 where nobody
 * knows the currency. It is never divided, so that no digit is lost. Throws RangeError where the currency is not three
 * letters or the amount not whole.
 */
export function money(locale: string, minor: number | bigint, currency: string | null): string {
  const format = currency === null ? plainAmounts(locale) : amounts(locale)(currency);
  const places = digitsOf(currency);
  const whole = BigInt(minor);
  const digits = String(whole < 0n ? -whole : whole).padStart(places + 1, "0");
  const at = digits.length - places;
  // The nought behind keeps it a number where there are no places.
  const exact = `${whole < 0n ? "-" : ""}${digits.slice(0, at)}.${digits.slice(at)}0` as `${number}`;
  return format.format(exact);
}

const sizes = [
  ["gigabyte", 1e9],
  ["megabyte", 1e6],
  ["kilobyte", 1e3],
] as const;

/** A size in the largest unit that fits it: "1.2 MB". */
export function bytes(locale: string, value: number): string {
  const [unit, size] = sizes.find(([, each]) => value >= each) ?? (["byte", 1] as const);
  return bytesIn(locale)(unit).format(value / size);
}

export interface Formats {
  readonly ago: (time: string) => string;
  readonly bytes: (value: number) => string;
  readonly dateTime: (time: string) => string;
  readonly day: (time: string) => string;
  /** A day without a time, such as 2026-11-21, wherever one is. */
  readonly date: (date: string) => string;
  /** The same with the day of the week, in full. */
  readonly longDate: (date: string) => string;
  readonly number: (value: number) => string;
  /** From 0 to 100. */
  readonly percent: (value: number) => string;
  /** So many seconds in the largest unit that fits: "3 min". */
  readonly duration: (seconds: number) => string;
  /** So much in the smallest unit of a currency: see `money`. */
  readonly money: (minor: number | bigint, currency: string | null) => string;
  /** "Ada, Bob and Cleo" */
  readonly list: (items: readonly string[]) => string;
}

/** What is no time, as a value that was refused may be, is shown as it stands. */
function written(format: Intl.DateTimeFormat, time: string, text = time): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? text : format.format(at);
}

/** Everything that a locale writes in its own way. Times are ISO 8601. */
export function formatsFor(locale: string, justNow: string): Formats {
  return {
    ago: (time) => relativeTime(locale, new Date(time), new Date()) ?? justNow,
    bytes: (value) => bytes(locale, value),
    dateTime: (time) => written(moments(locale), time),
    day: (time) => written(days(locale), time),
    date: (date) => written(dates(locale), `${date}T00:00Z`, date),
    longDate: (date) => written(longDates(locale), `${date}T00:00Z`, date),
    number: (value) => numberFormat(locale).format(value),
    percent: (value) => percents(locale).format(value / 100),
    duration: (seconds) => duration(locale, seconds),
    money: (minor, currency) => money(locale, minor, currency),
    list: (items) => lists(locale).format(items),
  };
}

let shared: { readonly key: string; readonly formats: Formats } | null = null;

/**
 * The same for everyone who asks within a minute, so that what depends on it is not worked out anew. Another minute makes
 * another "ago".
 */
export function sharedFormats(locale: string, justNow: string, minute: number): Formats {
  const key = `${locale} ${minute} ${justNow}`;
  if (shared?.key !== key) shared = { key, formats: formatsFor(locale, justNow) };
  return shared.formats;
}

/** Dates, numbers, money and lists as the shown language writes them where the person is. */
export function useFormats(): Formats {
  const { t, i18n } = useTranslation();
  return sharedFormats(localeFor(i18n.language, navigator.languages).tag, t("record.now"), useMinute());
}
