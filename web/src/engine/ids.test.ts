import { expect, test } from "vitest";
import { newId } from "./ids";

test("an id is a UUID of version 7, in lower case", () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("it begins with the milliseconds that it was made in", () => {
  expect(newId(0x0199_1234_5678).slice(0, 13)).toBe("01991234-5678");
});

test("ids of one millisecond differ", () => {
  expect(new Set(Array.from({ length: 1_000 }, () => newId(1))).size).toBe(1_000);
});
