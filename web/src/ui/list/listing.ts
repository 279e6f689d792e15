import type { Value } from "@/engine/protocol";
import type { View } from "@/engine/types";
import { fold, foldedWords } from "@/ui/language/fold";
import { kindOf, metaOf, valueIn, valuesIn } from "./fields";
import { asks } from "./filters";
import { type ListDeclaration, nameOf } from "./list";
import { type Names, nobody } from "./names";
import { filtersOf, type ListSearch, type Order, orderOf } from "./search";

type Rows = readonly View[];
type Compare = (one: View, other: View) => number;

/** Above so many changes at once, sorting anew is cheaper than putting each in its place. */
const patchLimit = 64;

/**
 * The rows of one list. It remembers what it answered last: of fifty thousand records one that changes is put in its
 * place, and of what a search found only that is looked through when another letter is typed.
 */
export class Listing {
  readonly #list: ListDeclaration;
  readonly #language: string;
  // Views stay the same object until something in them changes, so what was folded once is kept with them.
  #haystacks = new WeakMap<View, string>();
  #names = nobody;
  #all: Rows = [];
  #order: Order | null = null;
  #compare: Compare = () => 0;
  #ordered: Rows = [];
  /** Of the ordered ones what the search wants. */
  #found: { readonly search: ListSearch; readonly rows: Rows } | null = null;

  constructor(list: ListDeclaration, language: string) {
    this.#list = list;
    this.#language = language;
  }

  /** Those that the search wants, in its order; the same list while nothing in it changed. `all` is in the order of ids. */
  rows(all: Rows, search: ListSearch): Rows {
    const order = orderOf(search, this.#list.name);
    if (order.field !== this.#order?.field || order.descending !== this.#order.descending)
      this.#sort(all, order);
    else if (all !== this.#all) this.#patch(all);
    const last = this.#found;
    if (last?.search === search) return last.rows;
    const among = last !== null && isWithin(search, last.search) ? last.rows : this.#ordered;
    const rows = this.#filter(among, search);
    this.#found = { search, rows };
    return rows;
  }

  /** What the records are called that these refer to: that is what they are searched and sorted by. */
  call(names: Names): void {
    if (names === this.#names) return;
    this.#names = names;
    this.#haystacks = new WeakMap();
    this.#found = null;
    if (this.#order !== null && this.#isReference(this.#order.field)) this.#order = null;
  }

  #isReference(field: string): boolean {
    return kindOf(this.#list, field) === "reference";
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
    const filters = filtersOf(search).map(([field, values]) => asks(this.#list, field, values));
    if (words.length + filters.length === 0) return rows;
    return rows.filter(
      (record) =>
        filters.every((isMet) => isMet(record)) &&
        words.every((word) => this.#haystack(record).includes(word)),
    );
  }

  #haystack(record: View): string {
    let haystack = this.#haystacks.get(record);
    if (haystack === undefined) {
      haystack = fold(this.#list.searched.flatMap((field) => this.#textsOf(record, field)).join("\n"));
      this.#haystacks.set(record, haystack);
    }
    return haystack;
  }

  #textsOf(record: View, field: string): readonly string[] {
    const values = valuesIn(record, field);
    return this.#isReference(field) ? values.map((id) => this.#names.get(id) ?? "") : values;
  }

  #sort(all: Rows, order: Order): void {
    this.#compare = comparison(this.#list, order, this.#language, this.#names);
    this.#ordered = all.toSorted(this.#compare);
    [this.#all, this.#order, this.#found] = [all, order, null];
  }

  #patch(all: Rows): void {
    const change = changeOf(this.#all, all);
    const before = this.#ordered;
    this.#all = all;
    this.#ordered = patched(before, change, this.#compare);
    if (this.#found === null) return;
    const { search, rows } = this.#found;
    const found = { gone: this.#filter(change.gone, search), fresh: this.#filter(change.fresh, search) };
    const isAll = rows === before;
    this.#found = { search, rows: isAll ? this.#ordered : patched(rows, found, this.#compare) };
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

interface Change {
  readonly gone: Rows;
  readonly fresh: Rows;
}

/** What one list has and the other has not; of a record that changed the old and the new. Both are in the order of ids. */
function changeOf(before: Rows, now: Rows): Change {
  const [gone, fresh]: [View[], View[]] = [[], []];
  for (let i = 0, j = 0; i < before.length || j < now.length; ) {
    const [old, next] = [before[i], now[j]];
    if (old === next) {
      i++;
      j++;
    } else if (next === undefined || (old !== undefined && old.id <= next.id)) {
      if (old !== undefined) gone.push(old);
      i++;
    } else {
      fresh.push(next);
      j++;
    }
  }
  return { gone, fresh };
}

/** The same rows in the same order, without what is gone and with what is fresh. */
function patched(rows: Rows, { gone, fresh }: Change, compare: Compare): Rows {
  const changes = gone.length + fresh.length;
  if (changes === 0) return rows;
  if (changes > patchLimit) {
    const left = new Set(gone);
    return [...rows.filter((one) => !left.has(one)), ...fresh].sort(compare);
  }
  const patched = [...rows];
  for (const one of gone) patched.splice(placeOf(patched, one, compare), 1);
  for (const one of fresh) patched.splice(placeOf(patched, one, compare), 0, one);
  return patched;
}

/** Where the record stands in the order, or would stand. */
function placeOf(rows: Rows, record: View, compare: Compare): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle] as View, record) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By the field, what has none last; then by name, then by id, so that every order is the same every time. */
export function comparison(
  list: ListDeclaration,
  { field, descending }: Order,
  language: string,
  names: Names = nobody,
): Compare {
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const choices = new Map(metaOf(list, field)?.choices?.map((choice, index) => [choice, index]));
  const kind = kindOf(list, field);
  const wordOf = (value: Value) => (kind === "reference" ? names.get(String(value)) : null) ?? String(value);
  const sign = descending ? -1 : 1;

  const byValue: Compare = (one, other) => {
    const [a, b] = [valueIn(one, field), valueIn(other, field)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (choices.size > 0) return sign * ((choices.get(String(a)) ?? 0) - (choices.get(String(b)) ?? 0));
    if (["text", "list", "reference"].includes(kind)) return sign * compare(wordOf(a), wordOf(b));
    return a === b ? 0 : sign * (a < b ? -1 : 1);
  };
  return (one, other) =>
    byValue(one, other) ||
    (field === list.name ? 0 : compare(nameOf(list, one), nameOf(list, other))) ||
    (one.id < other.id ? -1 : 1);
}
