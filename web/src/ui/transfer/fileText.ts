import type { Complaint } from "@/ui/record/validate";

/** What a file can be read as, by the names that browsers know. */
export const encodings = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "windows-1250",
  "windows-1251",
  "windows-1256",
] as const;

export type Encoding = (typeof encodings)[number];

/** The text of a file. */
export interface FileText {
  readonly text: string;
  readonly encoding: Encoding;
  /** Nothing says so but that it fits. */
  readonly isGuessed: boolean;
}

/** What is taken for the encoding of a text that is not UTF-8 and does not say what it is. */
const usual = "windows-1252";

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * Reads a file as the server would; both run `contract/bytes.json`. A byte order mark at the start outweighs what is
 * asked for; where nothing is, and it is not UTF-8, it is read as most programs in the West write it.
 */
export function readFileText(bytes: Uint8Array, asked?: Encoding): FileText | Complaint {
  const marked = marks.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
  const known = marked ?? asked;
  if (known !== undefined) return decode(bytes, known, false);
  const plain = decode(bytes, "utf-8", false);
  return "code" in plain && plain.code === "import.encoding" ? decode(bytes, usual, true) : plain;
}

function decode(bytes: Uint8Array, encoding: Encoding, isGuessed: boolean): FileText | Complaint {
  let text: string;
  try {
    // The mark is no part of the text, and left out by itself. Node.js takes Windows-1252 for Latin-1 where all comes in one piece.
    const decoder = new TextDecoder(encoding, { fatal: true });
    text = decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    return { code: "import.encoding", params: { encoding } };
  }
  return faultOf(text) ?? { text, encoding, isGuessed };
}

/** Control characters stand in no table of text, and one sign stands for what was lost on the way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const foreign = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/u;

function faultOf(text: string): Complaint | null {
  const at = text.search(foreign);
  if (at < 0) return null;
  const line = text.slice(0, at).split("\n").length;
  return { code: text[at] === "\ufffd" ? "import.lost_characters" : "import.not_text", params: { line } };
}
