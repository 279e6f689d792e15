import { describe, expect, it } from "vitest";
import guide from "../../../../docs/en/guide/keyboard.md?raw";
import { type KeyPress, parseShortcut } from "./shortcut";

const code = import.meta.glob<string>(["/src/**/*.{ts,tsx}", "!/src/**/*.test.*"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const shortcuts = [
  ...new Set(
    Object.values(code).flatMap((text) =>
      [...text.matchAll(/\b(?:shortcut|go|create): "((?:[a-z] )?[^". ]+)"/gu)].flatMap(
        ([, shortcut]) => shortcut ?? [],
      ),
    ),
  ),
];
const lines = guide.split("\n");

const named: Readonly<Record<string, string>> = { escape: "`Esc`" };
const isArrow = /^(?:arrow.*|up\/down|left\/right)$/u;

function written({ key, mod, shift, alt }: KeyPress): string {
  const held = [...(mod ? ["`Ctrl`"] : []), ...(shift ? ["`Shift`"] : []), ...(alt ? ["`Alt`"] : [])];
  if (isArrow.test(key)) return [...held, "the arrows"].join(" and ");
  const cap = key.length > 1 || mod ? key.replace(/^./u, (first) => first.toUpperCase()) : key;
  return [...held, named[key] ?? `\`${cap}\``].join("+");
}

const isTold = (shortcut: string) =>
  lines.some((line) => parseShortcut(shortcut).every((press) => line.includes(written(press))));

describe("the page about the keyboard", () => {
  it("tells of every shortcut", () => {
    expect(shortcuts).toEqual(expect.arrayContaining(["g h", "g c", "n c"]));
    expect(shortcuts.filter((shortcut) => !isTold(shortcut))).toEqual([]);
    expect(["g z", "mod+j"].filter(isTold)).toEqual([]);
  });
});
