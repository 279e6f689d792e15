import { expect, it } from "vitest";
import { hueOf, initialsOf } from "./initials";

it("takes the first letters of the first and of the last word", () => {
  expect(initialsOf("Mira Aydın")).toBe("MA");
  expect(initialsOf("  anna  maria berger ")).toBe("AB");
  expect(initialsOf("Ødegård")).toBe("Ø");
  expect(initialsOf("👩‍🚀 Ada")).toBe("👩‍🚀A");
  expect(initialsOf("")).toBe("");
});

it("gives an id the same hue every time, within bounds", () => {
  expect(hueOf("0192f0c0", 8)).toBe(hueOf("0192f0c0", 8));
  expect(hueOf("0192f0c0", 8)).toBeLessThan(8);
});
