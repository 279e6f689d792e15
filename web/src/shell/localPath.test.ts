import { expect, it } from "vitest";
import { localPath } from "./localPath";

it("takes paths of this site", () => {
  expect(localPath("/w/1/customers?q=a#b")).toBe("/w/1/customers?q=a#b");
});

it.each([
  "https://evil.example/",
  "//evil.example",
  "/.//evil.example",
  "/\\evil.example",
  "javascript:alert(1)",
  7,
  undefined,
])("refuses %s", (wanted) => {
  expect(localPath(wanted)).toBeNull();
});
