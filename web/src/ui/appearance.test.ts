import { describe, expect, it } from "vitest";
import { type Appearance, lookOf } from "./appearance";
import { darkContrastTokens, darkTokens, lightContrastTokens, lightTokens, type Tokens } from "./tokens";

it.each<[Appearance, boolean, boolean, "light" | "dark", boolean]>([
  ["auto", false, false, "light", false],
  ["auto", true, false, "dark", false],
  ["auto", true, true, "dark", true],
  ["contrast", false, false, "light", true],
  ["contrast", true, false, "dark", true],
  ["light", true, true, "light", false],
  ["dark", false, true, "dark", false],
])("%s where the system is dark: %s and wants more contrast: %s", (chosen, dark, more, scheme, contrast) => {
  expect(lookOf(chosen, { dark, more })).toEqual({ chosen, scheme, contrast });
});

type Rgb = readonly [number, number, number];

function rgbOf(hex: string): Rgb {
  if (!/^#[0-9a-f]{6}$/u.test(hex)) throw new Error(`'${hex}' is no colour of six digits.`);
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** Relative luminance, as WCAG 2.1 defines it. */
function luminance(hex: string): number {
  const [red, green, blue] = rgbOf(hex).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["--hf-sunken", "--hf-surface", "--hf-raised", "--hf-selected", "--hf-glow"] as const;
const words = [
  "--mantine-color-dimmed",
  "--hf-accent-text",
  "--hf-danger",
  "--mantine-color-anchor",
] as const;
const tones = ["accent-text/accent", "danger", "warning-text/warning", "blue", "violet", "green", "grey"];

/** Each colour of words with each that it stands on. */
function pairs(): [keyof Tokens, keyof Tokens][] {
  const onSoft = tones.map((tone): [keyof Tokens, keyof Tokens] => {
    const [word, ground = word] = tone.split("/");
    return [`--hf-${word}` as keyof Tokens, `--hf-${ground}-soft` as keyof Tokens];
  });
  return [
    ...grounds.flatMap((ground) => words.map((word): [keyof Tokens, keyof Tokens] => [word, ground])),
    ...onSoft,
  ];
}

function below(least: number, tokens: Tokens): string[] {
  return pairs().flatMap(([word, ground]) => {
    const reached = ratio(tokens[word], tokens[ground]);
    return reached >= least ? [] : [`${word} on ${ground}: ${reached.toFixed(2)}`];
  });
}

describe("words stand out", () => {
  it("knows the ratios that everyone knows", () => {
    expect(ratio("#000000", "#ffffff")).toBeCloseTo(21);
    expect(ratio("#767676", "#ffffff")).toBeCloseTo(4.54, 1);
    expect(below(22, lightTokens)).toHaveLength(pairs().length);
  });

  it.each([
    ["light", 4.5, lightTokens],
    ["dark", 4.5, darkTokens],
    ["light, high contrast", 7, lightContrastTokens],
    ["dark, high contrast", 7, darkContrastTokens],
  ])("%s: at least %d to 1", (_, least, tokens) => {
    expect(below(least, tokens)).toEqual([]);
  });

  it.each([
    ["light", lightContrastTokens],
    ["dark", darkContrastTokens],
  ])("in high contrast, %s, white stands on what is filled, and lines are seen", (_, tokens) => {
    for (const filled of ["kelp-filled", "kelp-filled-hover", "red-8", "red-9"] as const)
      expect(ratio("#ffffff", tokens[`--mantine-color-${filled}`])).toBeGreaterThanOrEqual(7);
    for (const line of ["--hf-line", "--hf-line-strong", "--mantine-color-default-border"] as const)
      expect(ratio(tokens[line], tokens["--hf-surface"])).toBeGreaterThanOrEqual(3);
  });
});
