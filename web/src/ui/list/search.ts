import type { RecordTypeName } from "@/contract/contract";
import { fieldMeta, typeMeta } from "@/engine/metadata";
import { isStamp, type Known, kindOf, stamps } from "./fields";
import { filterQuery, quoted } from "./filters";
import { isRanged, rangeText, readRange } from "./ranges";

/**
 * What a list shows; it lives in the address, so that a filtered list can be sent to a colleague. `q` is looked for,
 * `sort` is a field with a minus before it where the last comes first, `view` is the layout where it is not the list
 * itself, and any other name is a field of the type: with the values of which a record must have one, or, where values
 * have an order, with a range such as `2026-01-01..2026-03-31`.
 */
export interface ListSearch {
  readonly q?: string;
  readonly sort?: string;
  readonly view?: string;
  readonly [field: string]: string | readonly string[] | undefined;
}

/** The search is a part of the address, of which servers read a few thousand bytes. */
export const longestQuery = 200;
const mostValues = 30;

/** What is no field. */
const words: readonly string[] = ["q", "sort", "view"];

/** The values by which a field is filtered, as far as it can have them. */
function readFilter(type: RecordTypeName, field: string, raw: readonly string[]): string | readonly string[] {
  const kind = kindOf({ type }, field);
  if (isRanged(kind)) {
    const range = readRange(kind, raw[0] ?? "");
    return (range && rangeText(range)) ?? [];
  }
  if (!["choice", "list", "boolean", "reference", "text"].includes(kind)) return [];
  const choices = kind === "boolean" ? ["true", "false"] : fieldMeta(type, field)?.choices;
  return [...new Set(raw)]
    .filter((one) => choices === undefined || choices.includes(one))
    .slice(0, mostValues);
}

/** Which fields the workspace defined for itself is not known yet when the address is read. */
function isOwn(type: RecordTypeName, name: string): boolean {
  return typeMeta(type).customFields === true && /^ext\.[a-z][A-Za-z0-9]*$/u.test(name);
}

/** Reads the address, which anybody may have written by hand: what the type does not know is left out. */
export function readSearch(type: RecordTypeName, raw: Readonly<Record<string, unknown>>): ListSearch {
  const search: Record<string, string | readonly string[]> = {};
  const q = textOf(raw.q) ?? "";
  if (q !== "") search.q = [...q].slice(0, longestQuery).join("");
  const sort = textOf(raw.sort) ?? "";
  const sorted = sort.replace(/^-/u, "");
  const isKnown = isStamp(sorted) || fieldMeta(type, sorted) !== undefined;
  if (isKnown || isOwn(type, sorted)) search.sort = sort;
  const view = textOf(raw.view) ?? "";
  if (/^[a-z]{1,20}$/u.test(view)) search.view = view;
  for (const name of [...typeMeta(type).fields.map((field) => field.name), ...stamps]) {
    if (!(name in raw) || words.includes(name)) continue;
    const texts = [raw[name]].flat().flatMap((one) => textOf(one) ?? []);
    const values = readFilter(type, name, texts);
    if (values.length > 0) search[name] = values;
  }
  for (const [name, value] of Object.entries(raw)) {
    if (!isOwn(type, name)) continue;
    const texts = [value].flat().flatMap((one) => textOf(one) ?? []);
    if (texts.length > 0) search[name] = texts.slice(0, mostValues);
  }
  return search;
}

/** Of a page's address: `readSearch` of one type. */
export function searchOf(type: RecordTypeName): (raw: Record<string, unknown>) => ListSearch {
  return (raw) => readSearch(type, raw);
}

// What looks like a number or a truth in the address was text when it was written there.
function textOf(raw: unknown): string | undefined {
  return ["string", "number", "boolean"].includes(typeof raw) ? String(raw) : undefined;
}

/** The fields by which is filtered, with the values that are wanted. */
export function filtersOf(
  search: ListSearch,
): readonly (readonly [field: string, values: readonly string[]])[] {
  return Object.entries(search).flatMap(([field, values]) =>
    words.includes(field) || values === undefined
      ? []
      : [[field, [values].flat() as readonly string[]] as const],
  );
}

/** The same search with this filter; no values take it away. */
export function withFilter(
  search: ListSearch,
  field: string,
  values: string | readonly string[],
): ListSearch {
  const { [field]: _, ...rest } = search;
  return values.length === 0 ? rest : { ...rest, [field]: values };
}

/** All records, in the same order and layout. */
export function withoutFilters({ sort, view }: ListSearch): ListSearch {
  return { ...(sort !== undefined && { sort }), ...(view !== undefined && { view }) };
}

/** The same search in this layout; without one, in the list itself. */
export function withLayout({ view: _, ...rest }: ListSearch, view: string | undefined): ListSearch {
  return view === undefined ? rest : { ...rest, view };
}

export interface Order {
  readonly field: string;
  readonly descending: boolean;
}

export function orderOf(search: ListSearch, first: string): Order {
  const sort = search.sort ?? first;
  return { field: sort.replace(/^-/u, ""), descending: sort.startsWith("-") };
}

/** The same search in this order; what the list does by itself does not stand in the address. */
export function withOrder(search: ListSearch, { field, descending }: Order, first: string): ListSearch {
  const { sort: _, ...rest } = search;
  const sort = `${descending ? "-" : ""}${field}`;
  return sort === first ? rest : { ...rest, sort };
}

/** One text for one search, by which two are compared and one is kept. */
export function searchText(search: ListSearch): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))));
}

/** Reads such a text, which may be of an earlier version of the product. */
export function readSearchText(type: RecordTypeName, text: string): ListSearch {
  try {
    const raw: unknown = JSON.parse(text);
    return typeof raw === "object" && raw !== null ? readSearch(type, raw as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The same question in the words of the server, which looks for the words in every text. */
export function serverQuery(known: Known, search: ListSearch): string {
  const wanted = (search.q ?? "").split(/\s+/u).filter(Boolean).map(quoted);
  return [...wanted, ...filtersOf(search).map(([field, values]) => filterQuery(known, field, values))].join(
    " ",
  );
}
