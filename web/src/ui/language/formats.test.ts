import { expect, it } from "vitest";
import { bytes, relativeTime } from "./formats";

const now = new Date("2026-06-15T12:00:00Z");
const ago = (language: string, at: string) => relativeTime(language, new Date(at), now);

it("says how long ago in the words of the language", () => {
  expect(ago("en", "2026-06-15T11:57:00Z")).toBe("3 minutes ago");
  expect(ago("de", "2026-06-14T12:00:00Z")).toBe("gestern");
  expect(ago("en", "2025-06-15T12:00:00Z")).toBe("last year");
});

it("leaves less than a minute to the caller", () => {
  expect(ago("en", "2026-06-15T11:59:30Z")).toBeNull();
});

it("says a size in the largest unit that fits", () => {
  expect(bytes("en", 999)).toBe("999 byte");
  expect(bytes("en", 1_240_000)).toBe("1.2 MB");
  expect(bytes("de", 2_500_000_000)).toBe("2,5\u00a0GB");
});
