import { describe, expect, it } from "vitest";
import { advance, type KeyLike, matches, parseShortcut } from "./shortcut";

const key = (key: string, held: Partial<KeyLike> = {}): KeyLike => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

const only = (shortcut: string) => parseShortcut(shortcut)[0] ?? expect.fail("no press");

describe("matches", () => {
  it("takes Ctrl and Cmd alike, and no letter with a modifier that was not asked for", () => {
    expect(matches(only("mod+k"), key("k", { ctrlKey: true }))).toBe(true);
    expect(matches(only("mod+k"), key("k", { metaKey: true }))).toBe(true);
    expect(matches(only("k"), key("k", { ctrlKey: true }))).toBe(false);
    expect(matches(only("k"), key("k", { altKey: true }))).toBe(false);
  });

  it("minds Shift for letters and not for signs, which need it on some keyboards", () => {
    expect(matches(only("n"), key("N", { shiftKey: true }))).toBe(false);
    expect(matches(only("?"), key("?", { shiftKey: true }))).toBe(true);
    expect(matches(only("/"), key("/", { shiftKey: true }))).toBe(true);
  });
});

describe("advance", () => {
  it("walks through a sequence", () => {
    const rest = advance(parseShortcut("g c"), key("g"));
    expect(rest).toHaveLength(1);
    expect(advance(rest ?? [], key("c"))).toEqual([]);
    expect(advance(rest ?? [], key("p"))).toBeNull();
  });
});
