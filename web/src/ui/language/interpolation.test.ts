import i18next from "i18next";
import { expect, it } from "vitest";
import { interpolationFor } from "./interpolation";
import { localeFor } from "./locale";

const texts: Record<string, string> = { "people.removeTitle": "[{{name}}]" };
for (const form of ["one", "two", "few", "many", "other"])
  texts[`people.members_${form}`] = `${form}: {{count}}`;

async function inLanguage(language: string, region: string) {
  const i18n = i18next.createInstance();
  await i18n.init({
    lng: language,
    resources: { [language]: { translation: texts } },
    keySeparator: false,
    interpolation: interpolationFor(() => localeFor(language, [region])),
  });
  return i18n;
}

it("writes numbers as the locale does, in the plural form of the language", async () => {
  const say = async (language: string, region: string, count: number) =>
    (await inLanguage(language, region)).t("people.members", { count });
  expect(await say("en", "en-GB", 12345)).toBe("other: 12,345");
  expect(await say("de", "de-AT", 1)).toBe("one: 1");
  expect(await say("de", "de", 12345)).toBe("other: 12.345");
  expect(await say("ar", "ar-EG", 3)).toBe("few: ٣");
  expect(await say("ar", "ar-EG", 2)).toBe("two: ٢");
  expect(await say("ar", "ar-AE", 11)).toBe("many: 11");
  expect(await say("ar", "ar-AE", 100)).toBe("other: 100");
});

it("lets names keep their direction, and adds nothing where they could not turn the sentence", async () => {
  const name = "Harbour Works";
  expect((await inLanguage("en", "en")).t("people.removeTitle", { name })).toBe("[Harbour Works]");
  expect((await inLanguage("ar", "ar")).t("people.removeTitle", { name })).toBe(
    "[\u2068Harbour Works\u2069]",
  );
});
