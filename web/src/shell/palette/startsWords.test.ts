import { expect, it } from "vitest";
import { startsWords } from "./startsWords";

it("finds by the beginnings of words, in any order", () => {
  expect(startsWords("New customer", "cu ne")).toBe(true);
  expect(startsWords("Neuer Kunde", "KUN")).toBe(true);
  expect(startsWords("New customer", "")).toBe(true);
  expect(startsWords("Switch between light and dark", "an li")).toBe(true);
  expect(startsWords("New customer", "tomer")).toBe(false);
});
