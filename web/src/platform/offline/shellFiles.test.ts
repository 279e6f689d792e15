import { expect, it } from "vitest";
import { fileFor } from "./shellFiles";

const origin = "https://firm.example";
const files = new Set(["/index.html", "/assets/index-1a2b.js"]);

function answer(path: string, mode: RequestMode = "navigate", method = "GET"): string | null {
  return fileFor({ method, mode, url: new URL(path, origin).href }, origin, files);
}

it("answers every page with the one page, whatever its address says", () => {
  for (const path of ["/", "/sign-in?to=%2F", "/w/1/customers?q=a.b#c", "/apiary"])
    expect(answer(path)).toBe("/index.html");
});

it("answers the files of the build", () => {
  expect(answer("/assets/index-1a2b.js", "cors")).toBe("/assets/index-1a2b.js");
});

it.each([
  ["/api/me", "cors"],
  ["/api/me", "navigate"],
  ["/API/me", "navigate"],
  ["/health/live", "navigate"],
  ["/assets/gone.js", "cors"],
  ["/assets/gone", "navigate"],
  ["/w/1/customers", "cors"],
  ["/file.pdf", "navigate"],
  ["https://elsewhere.example/", "navigate"],
] as const)("leaves %s (%s) to the server", (path, mode) => {
  expect(answer(path, mode)).toBeNull();
});

it("leaves what changes something to the server", () => {
  expect(answer("/", "navigate", "POST")).toBeNull();
});
