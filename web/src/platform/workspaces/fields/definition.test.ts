import { describe, expect, it } from "vitest";
import { definitionsOf } from "@/ui/record/customFields";
import { type Definition, keyFor, lastPlace, moved } from "./definition";

const definition = (key: string, order: string | null) =>
  ({
    id: key,
    type: "access.field",
    values: { recordType: "solo.customer", key, order },
  }) as unknown as Definition;

/** The keys in the order that they have after the operations. */
function orderAfter(
  definitions: readonly Definition[],
  operations: ReturnType<typeof moved>,
): readonly string[] {
  const places = new Map(
    operations.map((operation) => [operation.id, (operation as { value?: string }).value]),
  );
  const now = definitions.map(({ id, values }) => definition(id, places.get(id) ?? values.order));
  return definitionsOf(now, "solo.customer").map(({ id }) => id);
}

describe("the key of a field", () => {
  it("is made of the words of its label, and of none that is taken", () => {
    expect(keyFor("Shoe size", [])).toBe("shoeSize");
    expect(keyFor("Größe (EU)", [])).toBe("grosseEu");
    expect(keyFor("Shoe size", ["shoeSize", "shoeSize2"])).toBe("shoeSize3");
    expect(keyFor("2nd name", [])).toBe("field2ndName");
    expect(keyFor("مقاس الحذاء", [])).toBe("field");
    expect(keyFor("x".repeat(100), [])).toHaveLength(36);
  });
});

describe("the order of fields", () => {
  const three = [definition("a", "b"), definition("b", "d"), definition("c", "f")];

  it("changes by moving one", () => {
    expect(moved(three, "c", 0)).toHaveLength(1);
    expect(orderAfter(three, moved(three, "c", 0))).toEqual(["c", "a", "b"]);
    expect(orderAfter(three, moved(three, "a", 1))).toEqual(["b", "a", "c"]);
    expect(orderAfter(three, moved(three, "a", 2))).toEqual(["b", "c", "a"]);
  });

  it("ends at its ends", () => {
    expect(moved(three, "a", -1)).toEqual([]);
    expect(moved(three, "c", 3)).toEqual([]);
    expect(moved(three, "nobody", 1)).toEqual([]);
  });

  it("begins with those that have none behind the others, and the first move gives each a place", () => {
    const some = definitionsOf(
      [definition("z", null), definition("y", null), definition("a", "b")],
      "solo.customer",
    );
    expect(some.map(({ id }) => id)).toEqual(["a", "y", "z"]);
    expect(orderAfter(some, moved(some, "z", 0))).toEqual(["z", "a", "y"]);
    expect(lastPlace(some) > "b").toBe(true);
  });
});
