import { describe, expect, it } from "vitest";
import { contract } from "@/engine/metadata";
import de from "@/locales/de.json";
import en from "@/locales/en.json";

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, path = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) => {
      const full = path === "" ? key : `${path}.${key}`;
      return typeof value === "string" ? [[full, value]] : Object.entries(flatten(value, full));
    }),
  );
}

const english = flatten(en);
const german = flatten(de);
const holes = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/gu)].map(([, name]) => name ?? "").sort();

const files = import.meta.glob<string>(["/src/**/*.{ts,tsx}", "!/src/**/*.test.*"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const source = Object.values(files).join("\n");

/** A key is used as it stands, or as a template whose fixed beginning it shares: t(`roles.${role}.name`). */
function isUsed(key: string): boolean {
  const plain = key.replace(/_(one|other)$/u, "");
  if (source.includes(`"${plain}"`)) return true;
  const parts = plain.split(".");
  return parts.some((_, index) => index > 0 && source.includes(`\`${parts.slice(0, index).join(".")}.\${`));
}

describe("translations", () => {
  it("have the same keys in every language", () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  });

  it("fill the same holes in every language", () => {
    for (const [key, text] of Object.entries(english))
      expect([key, holes(german[key] ?? "")]).toEqual([key, holes(text)]);
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

  it("say something for every role, status and kind of the contract", () => {
    const choices = contract.records["solo.customer"].fields.flatMap(({ name, choices = [] }) =>
      choices.map((choice) => `customers.${name}.${choice}`),
    );
    const roles = Object.keys(contract.roles).flatMap((role) => [`roles.${role}.name`, `roles.${role}.may`]);
    expect([...choices, ...roles].filter((key) => english[key] === undefined)).toEqual([]);
  });

  it("are all used", () => {
    expect(Object.keys(english).filter((key) => !isUsed(key))).toEqual([]);
  });
});
