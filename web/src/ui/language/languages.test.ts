import { expect, it } from "vitest";
import { pickLanguage } from "./languages";

it("takes the first language that is spoken, whatever its region", () => {
  expect(pickLanguage([null, "fr-CH", "de-AT", "en"])).toBe("de");
  expect(pickLanguage(["EN-gb"])).toBe("en");
  expect(pickLanguage(["fr", "ar-EG", "sq"])).toBe("ar");
});

it("falls back to English", () => {
  expect(pickLanguage(["tlh", undefined])).toBe("en");
});
