import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";
import { fold, foldedWords } from "@/ui/language/fold";
import { kindOf, type ListDeclaration, nameOf, valueIn, valuesIn } from "./list";
import { filtersOf, type ListSearch, type Order, orderOf } from "./search";

type Rows = readonly View[];
type Compare = (one: View, other: View) => number;

/**
 * The rows of one list. It remembers what it answered last: of twenty thousand records one that changes is put in its
 * place, and of what a search found only that is looked through when another letter is typed.
 */
export class Listing {
  readonly #list: ListDeclaration;
  readonly #language: string;
  // Views stay the same object until something in them changes, so what was folded once is kept with them.
  readonly #haystacks = new WeakMap<View, string>();
  #all: Rows = [];
  #order = "";
  #ordered: Rows = [];
  #found: { readonly among: Rows; readonly search: ListSearch; readonly rows: Rows } | null = null;

  constructor(list: ListDeclaration, language: string) {
    this.#list = list;
    this.#language = language;
  }

  /** Those that the search wants, in its order; the same list while nothing in it changed. `all` is in the order of ids. */
  rows(all: Rows, search: ListSearch): Rows {
    const among = this.#sort(all, orderOf(search, this.#list.name));
    const last = this.#found;
    if (last?.among === among && last.search === search) return last.rows;
    const narrows = last?.among === among && isWithin(search, last.search);
    const rows = this.#filter(narrows ? last.rows : among, search);
    this.#found = { among, search, rows };
    return rows;
  }

  /** Whether the search wants this record. */
  wants(record: View, search: ListSearch): boolean {
    return this.#filter([record], search).length > 0;
  }

  /** The first few that the words find, by name. */
  first(all: Rows, query: string, most: number): Rows {
    return this.rows(all, { q: query }).slice(0, most);
  }

  #filter(rows: Rows, search: ListSearch): Rows {
    const words = foldedWords(search.q ?? "");
    const filters = filtersOf(search).map(([field, values]) => [field, new Set(values)] as const);
    if (words.length + filters.length === 0) return rows;
    return rows.filter(
      (record) =>
        filters.every(([field, wanted]) => valuesIn(record, field).some((value) => wanted.has(value))) &&
        words.every((word) => this.#haystack(record).includes(word)),
    );
  }

  #haystack(record: View): string {
    let haystack = this.#haystacks.get(record);
    if (haystack === undefined) {
      haystack = fold(this.#list.searched.flatMap((field) => valuesIn(record, field)).join("\n"));
      this.#haystacks.set(record, haystack);
    }
    return haystack;
  }

  #sort(all: Rows, order: Order): Rows {
    const wanted = `${order.descending ? "-" : ""}${order.field}`;
    if (wanted === this.#order && all === this.#all) return this.#ordered;
    const compare = comparison(this.#list, order, this.#language);
    this.#ordered =
      wanted === this.#order ? resorted(this.#ordered, this.#all, all, compare) : all.toSorted(compare);
    [this.#all, this.#order] = [all, wanted];
    return this.#ordered;
  }
}

/** Whether all that this search finds was found by that one. */
function isWithin(search: ListSearch, last: ListSearch): boolean {
  const { q = "", sort, ...filters } = search;
  const { q: before = "", sort: sorted, ...others } = last;
  return (
    sort === sorted && JSON.stringify(filters) === JSON.stringify(others) && fold(q).startsWith(fold(before))
  );
}

/** The old order, with what changed since put in its place. Both lists of all are in the order of ids. */
function resorted(ordered: Rows, before: Rows, now: Rows, compare: Compare): Rows {
  const gone = new Set<View>();
  const fresh: View[] = [];
  for (let i = 0, j = 0; i < before.length || j < now.length; ) {
    const [old, next] = [before[i], now[j]];
    if (old !== undefined && old === next) {
      i++;
      j++;
    } else if (next === undefined || (old !== undefined && old.id <= next.id)) {
      if (old !== undefined) gone.add(old);
      i++;
    } else {
      fresh.push(next);
      j++;
    }
  }
  if (fresh.length === 0 && gone.size === 0) return ordered;
  return merged(
    gone.size === 0 ? ordered : ordered.filter((one) => !gone.has(one)),
    fresh.sort(compare),
    compare,
  );
}

function merged(kept: Rows, fresh: Rows, compare: Compare): Rows {
  const rows: View[] = [];
  let from = 0;
  for (const one of fresh) {
    let [low, high] = [from, kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(kept[middle] as View, one) < 0) low = middle + 1;
      else high = middle;
    }
    for (; from < low; from++) rows.push(kept[from] as View);
    rows.push(one);
  }
  for (; from < kept.length; from++) rows.push(kept[from] as View);
  return rows;
}

/** By the field, what has none last; then by name, then by id, so that every order is the same every time. */
export function comparison(list: ListDeclaration, { field, descending }: Order, language: string): Compare {
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const choices = new Map(fieldMeta(list.type, field)?.choices?.map((choice, index) => [choice, index]));
  const isText = ["text", "list", "reference"].includes(kindOf(list.type, field));
  const sign = descending ? -1 : 1;

  const byValue: Compare = (one, other) => {
    const [a, b] = [valueIn(one, field), valueIn(other, field)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (choices.size > 0) return sign * ((choices.get(String(a)) ?? 0) - (choices.get(String(b)) ?? 0));
    if (isText) return sign * compare(String(a), String(b));
    return a === b ? 0 : sign * (a < b ? -1 : 1);
  };
  return (one, other) =>
    byValue(one, other) ||
    (field === list.name ? 0 : compare(nameOf(list, one), nameOf(list, other))) ||
    (one.id < other.id ? -1 : 1);
}
