import type { DeadLetter } from "@/engine/types";

/** The value that a refused transaction would have set, if it was about one value. */
export function refusedText(letter: DeadLetter): string | null {
  const [only, ...others] = letter.operations;
  if (only?.op !== "set" || others.length > 0 || only.value === null) return null;
  return Array.isArray(only.value) ? only.value.join(", ") : String(only.value);
}
