import { describe, expect, it } from "vitest";
import { bytes, formatsFor, money, relativeTime, sharedFormats } from "./formats";
import { localeFor } from "./locale";

/** Without the marks that say the direction, and with plain spaces: what is left is what is read. */
const plain = (text: string) => text.replace(/[\u061c\u200e\u200f]/gu, "").replace(/[\u00a0\u202f]/gu, " ");

describe("relative time", () => {
  const now = new Date("2026-06-15T12:00:00Z");

  it.each([
    ["en", "2026-06-15T11:57:00Z", "3 minutes ago"],
    ["de", "2026-06-14T12:00:00Z", "gestern"],
    ["en", "2025-06-15T12:00:00Z", "last year"],
    ["sq", "2026-06-15T11:57:00Z", "3 minuta më parë"],
    ["ar", "2026-06-15T11:57:00Z", "قبل 3 دقائق"],
    ["ar-EG", "2026-06-15T11:57:00Z", "قبل ٣ دقائق"],
    ["ar", "2026-06-15T10:00:00Z", "قبل ساعتين"],
  ])("in %s of %s: %s", (locale, at, said) => {
    expect(relativeTime(locale, new Date(at), now)).toBe(said);
  });

  it("leaves less than a minute to the caller", () => {
    expect(relativeTime("en", new Date("2026-06-15T11:59:30Z"), now)).toBeNull();
  });
});

describe("money", () => {
  it.each([
    ["en-GB", 123456, "EUR", "€1,234.56"],
    ["de", 123456, "EUR", "1.234,56 €"],
    ["sq", 12345678, "EUR", "123 456,78 €"],
    ["en", 1234, "JPY", "¥1,234"],
    ["en", 1234, "KWD", "KWD 1.234"],
    ["ar-KW", 1234, "KWD", "١٫٢٣٤ د.ك."],
    ["ar-AE", 123456, "AED", "1,234.56 د.إ."],
    ["en", 5, "EUR", "€0.05"],
    ["en", 125050, null, "1,250.50"],
    ["en", 0, "KWD", "KWD 0.000"],
    ["en", -5, "USD", "-$0.05"],
    ["en", 9007199254740993n, "EUR", "€90,071,992,547,409.93"],
  ])("in %s, %s in %s: %s", (locale, minor, currency, said) => {
    expect(plain(money(locale, minor, currency))).toBe(said);
  });

  it("takes no part of the smallest unit, and no currency that is none", () => {
    expect(() => money("en", 1.5, "EUR")).toThrow(RangeError);
    expect(() => money("en", 1, "EURO")).toThrow(RangeError);
  });
});

it.each([
  ["en-GB", "15 Jun 2026", "1,234.5", "Ada, Bob and Cleo"],
  ["en-US", "Jun 15, 2026", "1,234.5", "Ada, Bob, and Cleo"],
  ["de", "15.06.2026", "1.234,5", "Ada, Bob und Cleo"],
  ["sq", "15 qer 2026", "1234,5", "Ada, Bob dhe Cleo"],
  ["ar-EG", "١٥/٠٦/٢٠٢٦", "١٬٢٣٤٫٥", "Ada وBob وCleo"],
  ["ar-AE", "15/06/2026", "1,234.5", "Ada وBob وCleo"],
])("writes days, numbers and lists as %s does", (locale, day, number, list) => {
  const formats = formatsFor(locale, "now");
  expect(plain(formats.day("2026-06-15T12:00:00Z"))).toBe(day);
  expect(plain(formats.number(1234.5))).toBe(number);
  expect(formats.list(["Ada", "Bob", "Cleo"])).toBe(list);
});

it("is the same for all who ask within a minute, and another in another language", () => {
  const formats = sharedFormats("en", "now", 7);
  expect(sharedFormats("en", "now", 7)).toBe(formats);
  expect(sharedFormats("en", "now", 8)).not.toBe(formats);
  expect(sharedFormats("de", "jetzt", 8).ago(new Date().toISOString())).toBe("jetzt");
});

it("shows what is no time as it stands", () => {
  const { date, day, dateTime } = formatsFor("en", "now");
  expect([date("2026-13-01"), day("soon"), dateTime("")]).toEqual(["2026-13-01", "soon", ""]);
});

it("takes the region from the browser's languages, if they name one", () => {
  expect(localeFor("en", ["de-DE", "en-GB", "en-US"])).toEqual({ tag: "en-GB", direction: "ltr" });
  expect(localeFor("ar", ["en-GB", "AR-eg"])).toEqual({ tag: "AR-eg", direction: "rtl" });
  expect(localeFor("sq", ["en-GB"])).toEqual({ tag: "sq", direction: "ltr" });
});

it("says a size in the largest unit that fits", () => {
  expect(bytes("en", 999)).toBe("999 byte");
  expect(bytes("en", 1_240_000)).toBe("1.2 MB");
  expect(bytes("de", 2_500_000_000)).toBe("2,5\u00a0GB");
});
