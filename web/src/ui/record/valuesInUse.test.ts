import { expect, it } from "vitest";
import type { View } from "@/engine/types";
import { valuesInUse } from "./valuesInUse";

const tagged = (...tags: string[]) => ({ values: { tags } }) as unknown as View;

it("suggests what is used most first", () => {
  expect(valuesInUse([tagged("north", "wholesale"), tagged("wholesale"), tagged()], "tags")).toEqual([
    "wholesale",
    "north",
  ]);
});
