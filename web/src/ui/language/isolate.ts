/** Signs that are written from the right, and those that change the direction by themselves. */
const turns =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** They would reach over the end of the text, or end the isolation before it. */
const controls = /[\u202a-\u202e\u2066-\u2069]/gu;

const firstStrongIsolate = "\u2068";
const popIsolate = "\u2069";

/**
 * What is put into a sentence keeps its own direction and cannot turn the rest of it round. Where it could not anyway,
 * nothing is added, so that what is copied or searched for is what was typed. In a sentence that is written from the
 * right (`rtl`) everything could: a phone number alone would be read from its end.
 */
export function isolate(text: string, direction: "ltr" | "rtl" = "ltr"): string {
  if (text === "" || (direction === "ltr" && !turns.test(text))) return text;
  return `${firstStrongIsolate}${text.replace(controls, "")}${popIsolate}`;
}
