import { describe, expect, it } from "vitest";
import { contract, recordTypes } from "@/engine/metadata";
import { arrange, flatten, review, type Tree, withoutForm } from "./catalogue";
import { languages } from "./languages";

const trees = import.meta.glob<Tree>("/src/locales/*.json", { import: "default", eager: true });
const catalogues = Object.fromEntries(
  Object.entries(trees).map(([path, tree]) => [path.replace(/^.*\/|\.json$/gu, ""), flatten(tree)]),
);
const english = catalogues.en ?? {};

const files = import.meta.glob<string>(["/src/**/*.{ts,tsx}", "!/src/**/*.test.*"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const source = Object.values(files).join("\n");

/** A key is used as it stands, or as a template whose fixed beginning it shares: t(`roles.${role}.name`). */
function isUsed(key: string): boolean {
  const plain = withoutForm(key);
  if (source.includes(`"${plain}"`)) return true;
  const parts = plain.split(".");
  return parts.some((_, index) => index > 0 && source.includes(`\`${parts.slice(0, index).join(".")}.\${`));
}

/** The groups whose keys stand in another order than that of their letters. */
function unordered(tree: Tree, path = ""): readonly string[] {
  const keys = Object.keys(tree).filter((key) => path !== "" || key !== "common");
  const below = Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [] : unordered(value, `${path}.${key}`),
  );
  return keys.join() === [...keys].sort().join() ? below : [path, ...below];
}

describe("translations", () => {
  it("are there for every language, and for no other", () => {
    expect(Object.keys(catalogues).sort()).toEqual(Object.keys(languages).sort());
  });

  // What is missing here is one step away: see "Texts" in src/ui/README.md.
  it.each(Object.entries(catalogues))(
    "say the same in %s as in English, in all its plural forms",
    (language, texts) => {
      expect(review(english, texts, language)).toEqual({ missing: {}, surplus: [], torn: [] });
    },
  );

  it("keep an order: what all share comes first, and all else by its name", () => {
    expect(Object.keys(trees["/src/locales/en.json"] ?? {})[0]).toBe("common");
    expect(unordered(trees["/src/locales/en.json"] ?? {})).toEqual([]);
    for (const [language, texts] of Object.entries(catalogues))
      expect(Object.keys(texts)).toEqual(Object.keys(flatten(arrange(english, texts, language))));
  });

  it("say something for every error of the contract and of the browser, and for no other", () => {
    const spoken = Object.keys(english).flatMap((key) => (key.startsWith("errors.") ? [key.slice(7)] : []));
    const codes = [
      ...contract.errors,
      "network.unreachable",
      "response.malformed",
      "storage.failed",
      "storage.full",
    ];
    expect({
      errorsWithoutText: codes.filter((code) => !spoken.includes(code)),
      textsWithoutError: spoken.filter((code) => !codes.includes(code)),
    }).toEqual({ errorsWithoutText: [], textsWithoutError: [] });
  });

  it.each(recordTypes.filter((type) => /^(?:solo|platform)\./u.test(type)))(
    "say something for %s, every field and every choice of it",
    (type) => {
      const fields = contract.records[type].fields.flatMap(({ name, choices = [] }) => [
        `records.${type}.fields.${name}`,
        ...choices.map((choice) => `records.${type}.${name}.${choice}`),
      ]);
      const keys = [`records.${type}.one`, ...fields];
      expect(keys.filter((key) => english[key] === undefined)).toEqual([]);
    },
  );

  it.each(
    recordTypes.filter((type) => contract.records[type].fields.some(({ target }) => target !== undefined)),
  )("say how many of %s hang on what they refer to", (type) =>
    expect(english).toHaveProperty([`records.${type}.count_other`]),
  );

  it("say something for every role", () => {
    const keys = Object.keys(contract.roles).flatMap((role) => [`roles.${role}.name`, `roles.${role}.may`]);
    expect(keys.filter((key) => english[key] === undefined)).toEqual([]);
  });

  it("are all used", () => {
    expect(Object.keys(english).filter((key) => !isUsed(key))).toEqual([]);
  });
});
