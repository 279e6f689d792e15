import i18next from "i18next";
import { expect, it } from "vitest";
import { interpolation, isolate } from "./isolate";

async function say(name: string): Promise<string> {
  const i18n = i18next.createInstance();
  const translation = { people: { removeTitle: "Remove {{name}} (2)?" } };
  await i18n.init({ lng: "en", resources: { en: { translation } }, interpolation });
  return i18n.t("people.removeTitle", { name });
}

it("keeps names that are written from the right apart from the sentence around them", async () => {
  expect(await say("شركة الميناء")).toBe("Remove \u2068شركة الميناء\u2069 (2)?");
  expect(await say("Café שלום")).toBe("Remove \u2068Café שלום\u2069 (2)?");
});

it("adds nothing to what cannot turn the sentence", async () => {
  for (const name of ["Harbour Works", "Brandt & Söhne <GmbH>", "港", "🐙", ""])
    expect(await say(name)).toBe(`Remove ${name} (2)?`);
});

it("takes out what would break through", () => {
  expect(isolate("gnp\u202eabc")).toBe("\u2068gnpabc\u2069");
  expect(isolate("a\u2069\u2067b")).toBe("\u2068ab\u2069");
});
