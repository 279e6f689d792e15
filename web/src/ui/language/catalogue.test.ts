import { expect, it } from "vitest";
import { arrange, flatten, neededTexts, pluralForms, review } from "./catalogue";

const english = {
  "people.lead": "Ask {{name}} in <c>here</c>",
  "people.members_one": "{{count}} member",
  "people.members_other": "{{count}} members",
};

it("knows the plural forms of each language", () => {
  expect(pluralForms("sq")).toEqual(["one", "other"]);
  expect(pluralForms("ar")).toEqual(["zero", "one", "two", "few", "many", "other"]);
});

it("asks for a text for each form, and shows the English text that fits best", () => {
  expect(neededTexts(english, "de")).toEqual(english);
  expect(neededTexts(english, "ar")).toMatchObject({
    "people.members_one": "{{count}} member",
    "people.members_two": "{{count}} members",
    "people.members_many": "{{count}} members",
  });
});

it("finds what is missing, what is left over, and what lost a hole or a mark", () => {
  const german = {
    "people.lead": "Fragen Sie {{name}} hier",
    "people.members_one": "ein Mitglied",
    "people.members_other": "Mitglieder",
    "people.gone": "weg",
  };
  expect(review(english, german, "de")).toEqual({
    missing: {},
    surplus: ["people.gone"],
    torn: ["people.lead", "people.members_other"],
  });
  expect(review(english, {}, "de").missing).toEqual(english);
});

it("puts texts into the order of English and leaves out what English does not have", () => {
  const arranged = arrange(
    english,
    { "people.gone": "weg", "people.members_other": "b", "people.lead": "a" },
    "de",
  );
  expect(JSON.stringify(arranged)).toBe('{"people":{"lead":"a","members_other":"b"}}');
  expect(flatten(arranged)).toEqual({ "people.lead": "a", "people.members_other": "b" });
});
