import { createInstance } from "i18next";
import { expect, it } from "vitest";
import en from "@/locales/en.json";
import { problemText } from "./problemText";

it("says how long to wait in seconds where it is less than a minute, and never less than it is", async () => {
  const i18n = createInstance();
  await i18n.init({ lng: "en", resources: { en: { translation: en } } });
  const text = (retryAfter: number) =>
    problemText(i18n.t, "en", { code: "sign_in.locked", params: { retryAfter } });
  expect(text(1)).toContain("in 1 sec;");
  expect(text(59)).toContain("in 59 sec;");
  expect(text(60)).toContain("in 1 min;");
  expect(text(61)).toContain("in 2 min;");
});
