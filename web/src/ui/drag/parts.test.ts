import { expect, it } from "vitest";
import { partsIn } from "./parts";
import type { Drop } from "./useDrag";

/** The list with a sign for what is dragged, and one where it would land. */
function drawn(ids: string, id: string, over: Drop | null): string {
  const partOf = partsIn({ id, over }, "here", [...ids]);
  return [...ids]
    .map((one) => {
      const { held, dropBefore, dropAfter } = partOf(one);
      return `${dropBefore ? "|" : ""}${held ? one.toUpperCase() : one}${dropAfter ? "|" : ""}`;
    })
    .join("");
}
const to = (index: number, list = "here") => ({ list, index });

it("says where what is dragged would land among the others", () => {
  expect(drawn("abc", "a", null)).toBe("Abc");
  expect(drawn("abc", "a", to(0))).toBe("A|bc");
  expect(drawn("abc", "b", to(1))).toBe("aB|c");
  expect(drawn("abc", "b", to(2))).toBe("aBc|");
  expect(drawn("abc", "c", to(2))).toBe("ab|C");
});

it("marks what comes from another list, and nothing where it hovers over another", () => {
  expect(drawn("abc", "x", to(3))).toBe("abc|");
  expect(drawn("abc", "a", to(0, "there"))).toBe("Abc");
  expect(partsIn(null, "here", ["a"])("a")).toEqual({ held: false, dropBefore: false, dropAfter: false });
});
