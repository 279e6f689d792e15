import { describe, expect, it } from "vitest";
import { moved, placeIn, placesOf, shownOf, stepFrom } from "./arrangement";
import type { Column, Widget } from "./widget";

const widget = (id: string, column: Column) => ({ id, column }) as Widget;
const widgets = [widget("a", "main"), widget("b", "main"), widget("c", "side"), widget("d", "side")];
const untouched = { main: [], side: [] };

const ids = ({ main, side }: ReturnType<typeof placesOf>) =>
  [main, side].map((column) => column.map(({ id }) => id).join("")).join("|");

describe("the places of widgets", () => {
  it("are their own until somebody puts them elsewhere", () => {
    expect(ids(placesOf(widgets, untouched))).toBe("ab|cd");
    expect(ids(placesOf(widgets, { main: ["d", "b"], side: [] }))).toBe("dba|c");
  });

  it("pass over what this page does not know, and take in what is new", () => {
    expect(ids(placesOf(widgets, { main: ["gone", "b", "a"], side: ["d"] }))).toBe("ba|dc");
  });

  it("hold each widget once, however the kept columns came together", () => {
    expect(ids(placesOf(widgets, { main: ["c", "a", "a"], side: ["c", "a", "d"] }))).toBe("cab|d");
  });

  it("are kept for what was put away", () => {
    const places = placesOf(widgets, untouched);
    expect(ids(shownOf(places, ["a", "d"]))).toBe("b|c");
    expect(ids(shownOf(placesOf(widgets, moved(places, ["a"], "c", { column: "main", index: 0 })), []))).toBe(
      "acb|d",
    );
  });
});

describe("a widget that is moved", () => {
  const places = placesOf(widgets, untouched);

  it("stands where it was put", () => {
    expect(moved(places, [], "a", { column: "main", index: 1 })).toEqual({
      main: ["b", "a"],
      side: ["c", "d"],
    });
    expect(moved(places, [], "a", { column: "side", index: 2 })).toEqual({
      main: ["b"],
      side: ["c", "d", "a"],
    });
  });

  it("goes on in the other column past the end of its own, and nowhere past the last", () => {
    expect(placeIn(places, "b")).toEqual({ column: "main", index: 1 });
    expect(stepFrom(places, { column: "main", index: 1 }, "after")).toEqual({ column: "side", index: 0 });
    expect(stepFrom(places, { column: "side", index: 0 }, "before")).toEqual({ column: "main", index: 2 });
    expect(stepFrom(places, { column: "main", index: 0 }, "before")).toBeNull();
    expect(stepFrom(places, { column: "side", index: 1 }, "after")).toBeNull();
    expect(stepFrom(places, { column: "main", index: 1 }, "across")).toEqual({ column: "side", index: 1 });
  });
});
