import { type Column, columns, type Widget } from "./widget";

/** What a home keeps of its arrangement: ids of widgets, of which this page need not know all. */
export interface Kept {
  readonly main: readonly string[];
  readonly side: readonly string[];
  readonly hidden: readonly string[];
}

/** Where each widget stands; those that were put away keep their place. */
export type Places = Readonly<Record<Column, readonly Widget[]>>;

/** A place among what is shown of a column. */
export interface Place {
  readonly column: Column;
  readonly index: number;
}

/**
 * Widgets as they were put, then those that nobody has put anywhere, where they belong by themselves: what a later version
 * brings appears without anyone's doing. One that stands in both columns, as two browsers moved it at once, is in the first.
 */
export function placesOf(widgets: readonly Widget[], kept: Pick<Kept, Column>): Places {
  const found = new Set<string>();
  const put = (column: Column) =>
    kept[column].flatMap((id) => {
      const widget = widgets.find((one) => one.id === id);
      if (widget === undefined || found.has(id)) return [];
      found.add(id);
      return [widget];
    });
  const [main, side] = [put("main"), put("side")];
  const left = widgets.filter(({ id }) => !found.has(id));
  const byItself = (column: Column) => left.filter((widget) => widget.column === column);
  return { main: [...main, ...byItself("main")], side: [...side, ...byItself("side")] };
}

export function shownOf(places: Places, hidden: readonly string[]): Places {
  const shown = (column: Column) => places[column].filter(({ id }) => !hidden.includes(id));
  return { main: shown("main"), side: shown("side") };
}

/** Where a widget stands among what is shown; `null` where it is not. */
export function placeIn(shown: Places, id: string): Place | null {
  for (const column of columns) {
    const index = shown[column].findIndex((widget) => widget.id === id);
    if (index >= 0) return { column, index };
  }
  return null;
}

export type Step = "before" | "after" | "across";

/** Where a step leads: past the end of a column it goes on in the other. `null` where nothing follows. */
export function stepFrom(shown: Places, { column, index }: Place, step: Step): Place | null {
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
 * The columns once a widget stands elsewhere.
 * @param to Its place among what is shown there without it.
 */
export function moved(
  places: Places,
  hidden: readonly string[],
  id: string,
  { column, index }: Place,
): Pick<Kept, Column> {
  const without = (one: Column) =>
    places[one].filter((widget) => widget.id !== id).map((widget) => widget.id);
  const next = { main: without("main"), side: without("side") };
  const shown = next[column].filter((one) => !hidden.includes(one));
  const before = shown[index];
  const at = before === undefined ? next[column].length : next[column].indexOf(before);
  next[column].splice(at, 0, id);
  return next;
}
