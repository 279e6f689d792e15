/** Which rows are chosen. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins, and what was chosen without it: a range that shrinks gives back what it took. */
  readonly anchor: string | null;
  readonly base: ReadonlySet<string>;
}

type Rows = readonly { readonly id: string }[];

const none: ReadonlySet<string> = new Set();

export const nothing: Selection = { ids: none, anchor: null, base: none };

/** Adds the row, or takes it out; the next range begins here. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id, base: next };
}

/** Every row from where the last was chosen (else from `start`) up to this one, beside what was chosen before. */
export function extended({ anchor, base }: Selection, rows: Rows, id: string, start = id): Selection {
  const begin = anchor ?? start;
  const to = rows.findIndex((row) => row.id === id);
  const from = rows.findIndex((row) => row.id === begin);
  if (to < 0 || from < 0) return { ids: new Set([...base, id]), anchor: id, base };
  const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id);
  return { ids: new Set([...base, ...range]), anchor: begin, base };
}

export function everything(rows: Rows): Selection {
  const ids = new Set(rows.map((row) => row.id));
  return { ids, anchor: null, base: ids };
}
