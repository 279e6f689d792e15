import { describe, expect, it } from "vitest";
import { moved, placeIn, placesOf, shownOf, stepFrom } from "./arrangement";
import type { Column, Widget } from "./widget";

const widget = (id: string, column: Column) => ({ id, column }) as Widget;
const widgets = [widget("a", "main"), widget("b", "main"), widget("c", "side"), widget("d", "side")];
const untouched = { main: [], side: [] };

const text = ({ main, side }: ReturnType<typeof placesOf>) => `${main.join(" ")} | ${side.join(" ")}`;
const shown = (...given: Parameters<typeof shownOf>) => {
  const { main, side } = shownOf(...given);
  return text({ main: main.map(({ id }) => id), side: side.map(({ id }) => id) });
};

describe("the places of widgets", () => {
  it("are their own until somebody puts them elsewhere", () => {
    expect(text(placesOf(widgets, untouched))).toBe("a b | c d");
    expect(text(placesOf(widgets, { main: ["d", "b"], side: [] }))).toBe("d b a | c");
  });

  it("are there for what this page does not know, which is passed over, and take in what is new", () => {
    const places = placesOf(widgets, { main: ["gone", "b", "a"], side: ["d"] });
    expect(text(places)).toBe("gone b a | d c");
    expect(shown(places, widgets, [])).toBe("b a | d c");
  });

  it("hold each widget once, however the kept columns came together", () => {
    expect(text(placesOf(widgets, { main: ["c", "a", "a"], side: ["c", "a", "d"] }))).toBe("c a b | d");
  });

  it("are kept for what was put away, what I may not see and what this page does not know", () => {
    const places = placesOf(widgets, { main: ["a", "gone", "b"], side: ["later", "c", "d"] });
    const offered = widgets.filter(({ id }) => id !== "c");
    expect(shown(places, offered, ["a"])).toBe("b | d");
    const after = moved(places, shownOf(places, offered, ["a"]), "d", { column: "main", index: 0 });
    expect(text(after)).toBe("a gone d b | later c");
    expect(text(placesOf(widgets, after))).toBe(text(after));
  });
});

describe("a widget that is moved", () => {
  const places = placesOf(widgets, untouched);
  const all = shownOf(places, widgets, []);

  it("stands where it was put", () => {
    expect(moved(places, all, "a", { column: "main", index: 1 })).toEqual({
      main: ["b", "a"],
      side: ["c", "d"],
    });
    expect(moved(places, all, "a", { column: "side", index: 2 })).toEqual({
      main: ["b"],
      side: ["c", "d", "a"],
    });
  });

  it("goes on in the other column past the end of its own, and nowhere past the last", () => {
    expect(placeIn(all, "b")).toEqual({ column: "main", index: 1 });
    expect(stepFrom(all, { column: "main", index: 1 }, "after")).toEqual({ column: "side", index: 0 });
    expect(stepFrom(all, { column: "side", index: 0 }, "before")).toEqual({ column: "main", index: 2 });
    expect(stepFrom(all, { column: "main", index: 0 }, "before")).toBeNull();
    expect(stepFrom(all, { column: "side", index: 1 }, "after")).toBeNull();
    expect(stepFrom(all, { column: "main", index: 1 }, "across")).toEqual({ column: "side", index: 1 });
  });
});
