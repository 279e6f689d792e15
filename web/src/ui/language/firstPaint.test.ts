import { expect, it } from "vitest";
import source from "../../../public/first-paint.js?raw";
import { directionOf, languages, pickLanguage } from "./languages";

/** What the page looks like when the script has run, in a browser that remembers and wishes this. */
function painted(remembered: Record<string, string>, wished: readonly string[], dark = false) {
  const attributes = new Map<string, string>();
  const page = {
    lang: "",
    dir: "",
    setAttribute: (name: string, to: string) => attributes.set(name, to),
  };
  const run = new Function("localStorage", "navigator", "matchMedia", "document", source);
  run(
    { getItem: (key: string) => remembered[key] ?? null },
    { languages: wished },
    () => ({ matches: dark }),
    {
      documentElement: page,
    },
  );
  return { lang: page.lang, dir: page.dir, scheme: attributes.get("data-mantine-color-scheme") };
}

it.each([...Object.keys(languages).map((each) => [each]), ["ar-EG", "en"], ["fr", "DE-at"], ["fr"], []])(
  "begins in the language that the product goes on in: %s %s",
  (...wished) => {
    const language = pickLanguage(wished);
    expect(painted({}, wished)).toMatchObject({ lang: language, dir: directionOf(language) });
    expect(painted({ "holdfast.language": language }, ["de"])).toMatchObject({ lang: language });
  },
);

it("begins light or dark as chosen, else as the system has it", () => {
  const key = "holdfast.color-scheme";
  expect(painted({ [key]: "dark" }, []).scheme).toBe("dark");
  expect(painted({ [key]: "light" }, [], true).scheme).toBe("light");
  for (const chosen of ["auto", "contrast"]) {
    expect(painted({ [key]: chosen }, [], true).scheme).toBe("dark");
    expect(painted({ [key]: chosen }, [], false).scheme).toBe("light");
  }
});
