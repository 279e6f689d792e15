import type { Tone } from "@/ui/Pill";

export interface Bar {
  readonly id: string;
  readonly label: string;
  /** What its length says; not below 0. */
  readonly value: number;
  /** The value as people read it. */
  readonly text: string;
  readonly tone: Tone;
  /** Where the table leads from it, an address in this product. */
  readonly to?: string;
}

/**
 * How long each bar is, in hundredths of the longest that there can be; what is more than nothing is seen.
 * @param full What the whole width is, such as 100 for shares; the greatest value where there is none.
 */
export function lengthsOf(bars: readonly Bar[], full?: number): readonly number[] {
  const whole = full ?? Math.max(...bars.map(({ value }) => value), 0);
  return bars.map(({ value }) => {
    if (value <= 0 || whole <= 0) return 0;
    return Math.max(Math.min((100 * value) / whole, 100), 1);
  });
}
