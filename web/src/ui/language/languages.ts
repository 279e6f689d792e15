import { keep, kept } from "../kept";

/** The languages that the product speaks, each named in itself. */
export const languages = { en: "English", de: "Deutsch", sq: "Shqip", ar: "العربية" } as const;

export type Language = keyof typeof languages;

// The same key and the same languages as in public/first-paint.js, which runs before this.
const storageKey = "holdfast.language";

export function isLanguage(value: string | null | undefined): value is Language {
  return value !== null && value !== undefined && value in languages;
}

/** The first of the wished languages that we speak; a region (`de-AT`) falls back to its language. */
export function pickLanguage(wished: readonly (string | null | undefined)[]): Language {
  for (const tag of wished) {
    const base = tag?.toLowerCase().split("-")[0];
    if (isLanguage(base)) return base;
  }
  return "en";
}

export function directionOf(language: string): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

export function rememberedLanguage(): string | null {
  return kept(storageKey);
}

export function rememberLanguage(language: Language): void {
  keep(storageKey, language);
}
