import { describe, expect, it } from "vitest";
import { contract } from "@/engine/metadata";
import en from "@/locales/en.json";
import { choiceKey, customerFieldKey, fieldKey, type NamedType, nameKey, taxKey } from "./names";

function textOf(key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((tree, part) => (tree as Record<string, unknown> | undefined)?.[part], en);
}

const types = Object.keys(contract.records).filter(
  (type): type is NamedType => /^(solo|platform)\./u.test(type) && type !== "solo.customer",
);

describe("the names of records", () => {
  it.each(types)("are there for %s, its fields and its words", (type) => {
    const keys = contract.records[type].fields.flatMap(({ name, choices = [] }) => [
      fieldKey(type, name),
      ...choices.map((choice) => choiceKey(type, name, choice)),
    ]);
    expect([nameKey(type), ...keys].filter((key) => typeof textOf(key) !== "string")).toEqual([]);
  });

  it("are there for the fields of a customer and its tax", () => {
    const fields = contract.records["solo.customer"].fields;
    const profiles = fields.find(({ name }) => name === "taxProfile")?.choices ?? [];
    const keys = [...fields.map(({ name }) => customerFieldKey(name)), ...profiles.map(taxKey)];
    expect(keys.filter((key) => typeof textOf(key) !== "string")).toEqual([]);
  });
});
