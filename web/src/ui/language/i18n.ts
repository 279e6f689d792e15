import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { interpolationFor } from "./interpolation";
import {
  directionOf,
  isLanguage,
  type Language,
  pickLanguage,
  rememberedLanguage,
  rememberLanguage,
} from "./languages";
import { localeFor } from "./locale";

const texts = {
  en: () => import("@/locales/en.json"),
  de: () => import("@/locales/de.json"),
  sq: () => import("@/locales/sq.json"),
  ar: () => import("@/locales/ar.json"),
} satisfies Record<Language, unknown>;

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, "translation")) return;
  const { default: bundle } = await texts[language]();
  i18next.addResourceBundle(language, "translation", bundle);
}

function markDocument(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** Loads the one language that is shown; the others wait until someone chooses them. */
export async function startLanguage(): Promise<void> {
  const language = pickLanguage([rememberedLanguage(), ...navigator.languages]);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: {},
    interpolation: interpolationFor(() => localeFor(i18next.language, navigator.languages)),
    returnNull: false,
  });
  await load(language);
  markDocument(language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  rememberLanguage(language);
  markDocument(language);
}

/** The account's language, unless this browser was told otherwise. */
export async function followAccountLanguage(language: string | null): Promise<void> {
  if (rememberedLanguage() === null && isLanguage(language) && language !== i18next.language) {
    await load(language);
    await i18next.changeLanguage(language);
    markDocument(language);
  }
}
