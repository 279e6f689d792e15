import { madeOnce } from "./madeOnce";

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Languages that people write to customers in; any other BCP 47 tag that a record holds is shown as well. */
const languageTags = [
  "ar",
  "bg",
  "bn",
  "bs",
  "ca",
  "cs",
  "da",
  "de",
  "de-AT",
  "de-CH",
  "el",
  "en",
  "en-GB",
  "en-US",
  "es",
  "es-MX",
  "et",
  "fa",
  "fi",
  "fr",
  "fr-CA",
  "fr-CH",
  "ga",
  "he",
  "hi",
  "hr",
  "hu",
  "id",
  "is",
  "it",
  "ja",
  "ko",
  "lb",
  "lt",
  "lv",
  "mk",
  "mt",
  "nb",
  "nl",
  "nl-BE",
  "nn",
  "pl",
  "pt",
  "pt-BR",
  "ro",
  "ru",
  "sk",
  "sl",
  "sq",
  "sr",
  "sv",
  "th",
  "tr",
  "uk",
  "ur",
  "vi",
  "zh-Hans",
  "zh-Hant",
];

const namesOf = (type: "currency" | "language" | "region") =>
  madeOnce((language) => new Intl.DisplayNames(language, { type, languageDisplay: "standard" }));
const names = { currency: namesOf("currency"), language: namesOf("language"), region: namesOf("region") };

function nameOf(language: string, type: keyof typeof names, code: string): string {
  try {
    return names[type](language).of(code) ?? code;
  } catch {
    // A code that is no code at all is shown as it is.
    return code;
  }
}

export function nameOfCurrency(language: string, code: string): string {
  const name = nameOf(language, "currency", code);
  return name === code ? code : `${code} · ${name}`;
}

export function nameOfLanguage(language: string, tag: string): string {
  return nameOf(language, "language", tag);
}

function sorted(language: string, choices: readonly Choice[]): Choice[] {
  const { compare } = new Intl.Collator(language);
  return choices.toSorted((one, other) => compare(one.label, other.label));
}

export function currencyChoices(language: string): Choice[] {
  const codes = Intl.supportedValuesOf("currency");
  return sorted(
    language,
    codes.map((value) => ({ value, label: nameOfCurrency(language, value) })),
  );
}

export function languageChoices(language: string, held: string | null): Choice[] {
  const tags = held === null || languageTags.includes(held) ? languageTags : [...languageTags, held];
  return sorted(
    language,
    tags.map((value) => ({ value, label: nameOfLanguage(language, value) })),
  );
}

export function nameOfCountry(language: string, code: string): string {
  return nameOf(language, "region", code);
}

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Codes that Intl has a name for and ISO 3166 has no country for. */
const noCountries = new Set([
  "AC",
  "CP",
  "CQ",
  "DG",
  "EA",
  "EU",
  "EZ",
  "IC",
  "QO",
  "TA",
  "UN",
  "XA",
  "XB",
  "ZZ",
]);
/** Names of their time, which Intl knows as well. */
const former = new Set([
  "AN",
  "BU",
  "CS",
  "DD",
  "DY",
  "FX",
  "HV",
  "NH",
  "NT",
  "RH",
  "SU",
  "TP",
  "UK",
  "VD",
  "YD",
  "YU",
  "ZR",
]);

export function countryChoices(language: string): Choice[] {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const countries = codes.flatMap((value) => {
    const label = noCountries.has(value) || former.has(value) ? undefined : names.of(value);
    return label === undefined ? [] : [{ value, label }];
  });
  return sorted(language, countries);
}
