import { type Column, columns, type Widget } from "./widget";

/** What a home keeps of its arrangement: ids of widgets, of which this page need not know all. */
export interface Kept {
  readonly main: readonly string[];
  readonly side: readonly string[];
  readonly hidden: readonly string[];
}

/** Where each widget stands, by id: also those that were put away, that I may not see, and that this page does not know. */
export type Places = Pick<Kept, Column>;

/** The widgets that are drawn, in their order. */
export type Shown = Readonly<Record<Column, readonly Widget[]>>;

/** A place among what is shown of a column. */
export interface Place {
  readonly column: Column;
  readonly index: number;
}

/**
 * The places as they are kept, then those of widgets that nobody has put anywhere, where they belong by themselves: what a
 * later version brings appears without anyone's doing. One that stands in both columns, as two browsers moved it at once, is
 * in the first.
 */
export function placesOf(widgets: readonly Widget[], kept: Places): Places {
  const main = [...new Set(kept.main)];
  const side = [...new Set(kept.side)].filter((id) => !main.includes(id));
  const left = widgets.filter(({ id }) => !main.includes(id) && !side.includes(id));
  const byItself = (column: Column) => left.filter((widget) => widget.column === column).map(({ id }) => id);
  return { main: [...main, ...byItself("main")], side: [...side, ...byItself("side")] };
}

/** Of these widgets those that were not put away, each in its place. */
export function shownOf(places: Places, offered: readonly Widget[], hidden: readonly string[]): Shown {
  const shown = (column: Column) =>
    places[column].flatMap((id) =>
      hidden.includes(id) ? [] : (offered.find((widget) => widget.id === id) ?? []),
    );
  return { main: shown("main"), side: shown("side") };
}

/** Where a widget stands among what is shown; `null` where it is not. */
export function placeIn(shown: Shown, id: string): Place | null {
  for (const column of columns) {
    const index = shown[column].findIndex((widget) => widget.id === id);
    if (index >= 0) return { column, index };
  }
  return null;
}

export type Step = "before" | "after" | "across";

/** Where a step leads: past the end of a column it goes on in the other. `null` where nothing follows. */
export function stepFrom(shown: Shown, { column, index }: Place, step: Step): Place | null {
  const other: Column = column === "main" ? "side" : "main";
  if (step === "across") return { column: other, index: Math.min(index, shown[other].length) };
  if (step === "before") {
    if (index > 0) return { column, index: index - 1 };
    return column === "side" ? { column: "main", index: shown.main.length } : null;
  }
  if (index < shown[column].length - 1) return { column, index: index + 1 };
  return column === "main" ? { column: "side", index: 0 } : null;
}

/**
 * The places once a widget stands elsewhere; all others keep theirs.
 * @param to Its place among what is shown there without it.
 */
export function moved(places: Places, shown: Shown, id: string, { column, index }: Place): Places {
  const without = (one: Column) => places[one].filter((other) => other !== id);
  const next = { main: without("main"), side: without("side") };
  const before = shown[column].filter((widget) => widget.id !== id)[index];
  const at = before === undefined ? next[column].length : next[column].indexOf(before.id);
  next[column].splice(at, 0, id);
  return next;
}
