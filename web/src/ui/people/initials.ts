const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function first(word: string): string {
  return [...letters.segment(word)][0]?.segment ?? "";
}

/** One or two letters that stand for a name: the first of the first and of the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const last = words.length > 1 ? first(words[words.length - 1] ?? "") : "";
  return (first(words[0] ?? "") + last).toLocaleUpperCase();
}

/** A steady colour for an id: the same person looks the same to everyone. */
export function hueOf(id: string, hues: number): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return sum % hues;
}
