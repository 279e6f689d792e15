import { directionOf } from "./languages";
import { madeOnce } from "./madeOnce";

/** How the shown language is written where the person is. */
export interface Locale {
  /** A language tag (BCP 47), with the region if the browser names one: `en-GB`. */
  readonly tag: string;
  readonly direction: "ltr" | "rtl";
}

/**
 * The first of the browser's languages that is the shown one with its region: who reads English in Britain gets British
 * dates, and who reads Arabic in Egypt gets Egypt's digits. Without such a one, what is usual for the language.
 */
export function localeFor(language: string, wished: readonly string[]): Locale {
  const tag = wished.find((each) => each.split("-")[0]?.toLowerCase() === language) ?? language;
  return { tag, direction: directionOf(language) };
}

/** Plain numbers in a locale. */
export const numberFormat = madeOnce((tag) => new Intl.NumberFormat(tag));
