/** Where the password is the only factor. */
export const shortestPassword = 15;

/** Fewer pieces than this, and it is found by combining lists. */
const fewestPieces = 4;
const manyPieces = 7;
const shortestPiece = 4;
/** Of what is known of a person, from how many letters on. Where a letter is a syllable or a word, as in Chinese, one is enough. */
const shortestWord = 2;
const digitsPerPiece = 4;

const keyRows = [
  "1234567890",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "yxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];

export interface Judgement {
  /** `short` and `common` are refused by the server as well. */
  readonly verdict: "short" | "common" | "fair" | "good";
  /** How many characters are missing. */
  readonly missing: number;
  /** Whether it holds what a stranger knows of the person, which counts for nothing. */
  readonly isAboutOneself: boolean;
}

/**
 * What there is to say of a password, by the server's rules (`PasswordRules`): long, and not made of few pieces that a guesser
 * tries first. `contract/passwords/cases.json` holds both to the same answers.
 * @param about What a stranger knows: name, address, name of the workspace.
 * @param common The passwords that people choose most, in lower case.
 */
export function judge(
  password: string,
  about: readonly (string | null | undefined)[],
  common: ReadonlySet<string>,
): Judgement {
  const text = lower(password.normalize("NFC"));
  const known = [...about, "holdfast"].flatMap(wordsOf).toSorted((one, other) => other.length - one.length);
  const { pieces, isAboutOneself } = countPieces(text, known, common);
  const missing = Math.max(0, shortestPassword - [...password.normalize("NFC")].length);
  if (missing > 0) return { verdict: "short", missing, isAboutOneself };
  if (pieces < fewestPieces) return { verdict: "common", missing, isAboutOneself };
  return { verdict: pieces < manyPieces ? "fair" : "good", missing, isAboutOneself };
}

/** The words of the list; its head and notice are lines with a #. */
export function readCommon(list: string): ReadonlySet<string> {
  return new Set(list.split("\n").filter((line) => line !== "" && !line.startsWith("#")));
}

/** Letter by letter, as the server does it: no letter becomes two, and none looks at its neighbours. */
function lower(text: string): string {
  return [...text]
    .map((letter) => {
      const small = letter.toLowerCase();
      return small.length === letter.length ? small : letter;
    })
    .join("");
}

function wordsOf(text: string | null | undefined): readonly string[] {
  return lower((text ?? "").normalize("NFC"))
    .split(/[ @.\-_+,&/]/u)
    .filter((word) => word.length >= shortestWord || /^\p{Lo}/u.test(word));
}

function countPieces(text: string, known: readonly string[], common: ReadonlySet<string>) {
  let pieces = 0;
  let digits = 0;
  let isAboutOneself = false;
  for (let at = 0; at < text.length; ) {
    const own = known.find((word) => text.startsWith(word, at));
    if (own !== undefined) {
      isAboutOneself = true;
      at += own.length;
      continue;
    }
    const piece = longest(text, at, common);
    const isLoose = piece === 1 && /^\p{Nd}$/u.test(text.charAt(at));
    // Loose digits are cheap: a year or a postcode is one piece.
    if (!isLoose || digits % digitsPerPiece === 0) pieces++;
    digits = isLoose ? digits + 1 : 0;
    at += piece;
  }
  return { pieces, isAboutOneself };
}

function longest(text: string, at: number, common: ReadonlySet<string>): number {
  const rest = text.slice(at);
  const other = Math.max(steps(rest), repeat(text, at), ...keyRows.map((row) => along(rest, row)));
  for (let length = rest.length; length > other && length >= shortestPiece; length--) {
    if (common.has(rest.slice(0, length))) return length;
  }
  return other;
}

/** Characters of equal distance, at most one apart: aaaa, abcd, 9876. */
function steps(rest: string): number {
  if (rest.length < 2) return 1;
  const step = rest.charCodeAt(1) - rest.charCodeAt(0);
  if (Math.abs(step) > 1) return 1;
  let length = 2;
  while (length < rest.length && rest.charCodeAt(length) - rest.charCodeAt(length - 1) === step) length++;
  return length >= shortestPiece - 1 ? length : 1;
}

/** What has stood before, forwards. */
function repeat(text: string, at: number): number {
  let found = 1;
  for (let from = 0; from < at; from++) {
    const length = commonLength(text.slice(at), text.slice(from));
    if (length >= shortestPiece - 1) found = Math.max(found, length);
  }
  return found;
}

function along(rest: string, row: string): number {
  const start = row.indexOf(rest.charAt(0));
  const length = start < 0 ? 1 : commonLength(rest, row.slice(start));
  return length >= shortestPiece ? length : 1;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length++;
  return length;
}
