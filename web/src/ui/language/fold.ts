// Letters that no accent was taken from, as the server folds them (engine.fold).
const plain: Readonly<Record<string, string>> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ħ: "h",
  ı: "i",
  ς: "σ",
  ß: "ss",
  æ: "ae",
  œ: "oe",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are all that there are in ASCII
const ascii = /^[\x00-\x7f]*$/u;

/** Lower case without accents, so that "muller" finds "Müller", and "lodz" "Łódź". */
export function fold(text: string): string {
  // Most text is plain, and a list folds all that it holds before it can answer the first letter of a search.
  if (ascii.test(text)) return text.toLowerCase();
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[øłđħıςßæœ]/gu, (letter) => plain[letter] ?? letter);
}

/** What is looked for, word by word. */
export function foldedWords(query: string): readonly string[] {
  return fold(query).split(/\s+/u).filter(Boolean);
}
