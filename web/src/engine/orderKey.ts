const base = 36n;
/** So many digits leave room for some three million items, each put at the end. */
const digits = 8;
const keyPattern = /^[0-9a-z]*[1-9a-z]$/u;

/** How many keys are drawn from: 36^4. */
export const draws = 1_679_616;

/** The digits beyond the length are cut off: whatever is larger than the rest by one is larger than the whole. */
function digitsOf(key: string, length: number): bigint {
  let value = 0n;
  for (const digit of key.slice(0, length).padEnd(length, "0"))
    value = value * base + BigInt(Number.parseInt(digit, 36));
  return value;
}

const isKey = (key: string | null): boolean => key === null || keyPattern.test(key);

/**
 * The key of a place between two others, for what people put into an order by hand. Keys are compared character by
 * character. This one is drawn at random from the middle of the gap, so that two people who put something at the same
 * place at the same time get two places. The server has the same in `OrderKey`.
 * @param after The key before it; null at the beginning.
 * @param before The key behind it; null at the end.
 * @param draw A random whole number from 0, below {@link draws}.
 */
export function keyBetween(after: string | null, before: string | null, draw: number): string {
  if (!isKey(after) || !isKey(before)) throw new RangeError(`'${after}' and '${before}' are not both keys.`);
  if (after !== null && before !== null && after >= before) {
    throw new RangeError(`'${after}' does not come before '${before}'.`);
  }
  const room = BigInt(draws);
  for (let length = digits; ; length++) {
    const low = after === null ? 0n : digitsOf(after, length);
    const high = before === null ? base ** BigInt(length) : digitsOf(before, length);
    if (high - low <= 2n * room) continue;
    let first = low + (high - low - room) / 2n;
    if (after !== null && before === null) first = low + 1n;
    if (after === null && before !== null) first = high - room;
    return (first + BigInt(draw)).toString(36).padStart(length, "0").replace(/0+$/u, "");
  }
}
