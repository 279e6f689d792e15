import { expect, it } from "vitest";
import { isolate } from "./isolate";

it("keeps names that are written from the right apart from the sentence around them", () => {
  expect(isolate("شركة الميناء")).toBe("\u2068شركة الميناء\u2069");
  expect(isolate("Café שלום")).toBe("\u2068Café שלום\u2069");
});

it("adds nothing to what cannot turn the sentence", () => {
  for (const name of ["Harbour Works", "Brandt & Söhne <GmbH>", "+46 8 123", "港", "🐙", ""])
    expect(isolate(name)).toBe(name);
});

it("keeps everything apart from a sentence that is written from the right", () => {
  for (const text of ["Harbour Works", "+46 8 123", "office@harbour.example", "الميناء"])
    expect(isolate(text, "rtl")).toBe(`\u2068${text}\u2069`);
  expect(isolate("", "rtl")).toBe("");
});

it("takes out what would break through", () => {
  expect(isolate("gnp\u202eabc")).toBe("\u2068gnpabc\u2069");
  expect(isolate("a\u2069\u2067b")).toBe("\u2068ab\u2069");
});
