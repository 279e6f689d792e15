import { afterEach, expect, test, vi } from "vitest";
import { browserEnvironment } from "./environment";

afterEach(() => vi.unstubAllGlobals());

test("a page that goes goes on where there is no room for its note", () => {
  const full = () => {
    throw new DOMException("There is no room.", "QuotaExceededError");
  };
  vi.stubGlobal("localStorage", { setItem: full });
  expect(() => browserEnvironment().note("holdfast:ann:note", "[]")).not.toThrow();
});

test.each([
  ["half of it", () => Promise.resolve({ usage: 5, quota: 10 }), 0.5],
  ["nothing where the browser does not say", () => Promise.resolve({}), 0],
  ["nothing where it may not be asked", () => Promise.reject(new Error("Not here.")), 0],
  ["nothing where it cannot be asked", undefined, 0],
])("of the room that the browser gives is taken: %s", async (_, estimate, used) => {
  vi.stubGlobal("navigator", { storage: { estimate } });
  expect(await browserEnvironment().usedRoom()).toBe(used);
});
