import { expect, test } from "vitest";
import cases from "../../../../../contract/passwords/cases.json";
import list from "../../../../../contract/passwords/common.txt?raw";
import { judge, readCommon } from "./rules";

const common = readCommon(list);
const refusals = { short: "password.too_short", common: "password.too_common", fair: null, good: null };

test.each(cases)("$password is judged as the server judges it", ({ password, about, code }) => {
  expect(refusals[judge(password, about, common).verdict]).toBe(code);
});

test("What is missing and what counts for nothing is said", () => {
  expect(judge("ada lovelace", ["Ada Lovelace"], common)).toMatchObject({ missing: 3, isAboutOneself: true });
  expect(judge("correct horse battery staple", ["Ada"], common)).toMatchObject({
    missing: 0,
    isAboutOneself: false,
  });
  expect(judge("correct horse battery staple and more", [], common).verdict).toBe("good");
});

test("Without the list a password is judged all the same", () => {
  expect(judge("aaaaaaaaaaaaaaa", [], new Set()).verdict).toBe("common");
});
