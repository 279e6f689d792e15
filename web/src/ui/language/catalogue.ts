export type Tree = { readonly [key: string]: string | Tree };

/** Texts by their full keys: `{ "people.members_one": "{{count}} member" }`. */
export type Texts = Readonly<Record<string, string>>;

const forms = ["zero", "one", "two", "few", "many", "other"] as const;
const formAtEnd = new RegExp(`_(?:${forms.join("|")})$`, "u");

/** In Arabic the noun itself says how many these are, so that the number may be left out. */
const formsWithoutNumber = ["zero", "one", "two"];
const numbers = ["{{count}}", "{{n}}"];

export function flatten(tree: Tree, path = ""): Texts {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) => {
      const full = path === "" ? key : `${path}.${key}`;
      return typeof value === "string" ? [[full, value]] : Object.entries(flatten(value, full));
    }),
  );
}

function unflatten(texts: Texts): Tree {
  const tree: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(texts)) {
    const parts = key.split(".");
    let branch = tree;
    for (const part of parts.slice(0, -1)) {
      branch[part] ??= {};
      branch = branch[part] as Record<string, unknown>;
    }
    branch[parts.at(-1) ?? ""] = text;
  }
  return tree as Tree;
}

/** `people.members_one` is a form of `people.members`, which has an `_other` as well. */
export function withoutForm(key: string): string {
  return key.replace(formAtEnd, "");
}

/** The plural forms that a language has, in the order of CLDR: `["one", "other"]` for English. */
export function pluralForms(language: string): readonly string[] {
  const has = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return forms.filter((form) => has.includes(form));
}

/** What a language has to say: each key that it needs, in the order of English, with the English text. */
export function neededTexts(english: Texts, language: string): Texts {
  const needed: Record<string, string> = {};
  for (const [key, text] of Object.entries(english)) {
    const stem = withoutForm(key);
    const other = english[`${stem}_other`];
    if (stem === key || other === undefined) needed[key] = text;
    else
      for (const form of pluralForms(language))
        needed[`${stem}_${form}`] = english[`${stem}_${form}`] ?? other;
  }
  return needed;
}

/** What a translation may not change: `{{name}}` and `<c>`, in any order. */
function fixedParts(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\w+\}\}|<\/?\w+>/gu)].map(([part]) => part).sort();
}

function keepsFixedParts(key: string, english: string, text: string): boolean {
  const wanted = fixedParts(english);
  const found = fixedParts(text);
  const same = (parts: readonly string[]): boolean => parts.join() === found.join();
  if (same(wanted)) return true;
  const form = key.slice(withoutForm(key).length + 1);
  return formsWithoutNumber.includes(form) && same(wanted.filter((part) => !numbers.includes(part)));
}

export interface Review {
  /** Keys without a text, with the English one. */
  readonly missing: Texts;
  /** Keys that English does not have. */
  readonly surplus: readonly string[];
  /** Keys whose text has other holes or marks than the English one. */
  readonly torn: readonly string[];
}

/** Compares the texts of a language with English. */
export function review(english: Texts, texts: Texts, language: string): Review {
  const needed = neededTexts(english, language);
  const all = Object.entries(needed);
  return {
    missing: Object.fromEntries(all.filter(([key]) => texts[key] === undefined || texts[key] === "")),
    surplus: Object.keys(texts).filter((key) => needed[key] === undefined),
    torn: all.flatMap(([key, text]) => (texts[key] && !keepsFixedParts(key, text, texts[key]) ? [key] : [])),
  };
}

/** The texts of a language as its file holds them: in the order of English, without what English does not have. */
export function arrange(english: Texts, texts: Texts, language: string): Tree {
  const entries = Object.keys(neededTexts(english, language)).flatMap((key) => {
    const text = texts[key];
    return text === undefined ? [] : [[key, text] as const];
  });
  return unflatten(Object.fromEntries(entries));
}
