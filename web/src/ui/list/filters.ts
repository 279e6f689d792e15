import type { View } from "@/engine/types";
import { isStamp, type Known, kindOf, type Stamp, valueIn, valuesIn } from "./fields";
import { isRanged, lies, rangeQuery, readRange } from "./ranges";

/** What a record is asked by one filter: for one of these values, or for one that lies in a range. */
export function asks(known: Known, field: string, values: readonly string[]): (record: View) => boolean {
  const kind = kindOf(known, field);
  if (isRanged(kind)) {
    const range = readRange(kind, values[0] ?? "");
    if (range === null) return () => false;
    const isIn = lies(kind, range);
    return (record) => isIn(valueIn(record, field));
  }
  const wanted = new Set(values);
  // What was never said to be true is not.
  if (kind === "boolean") return (record) => wanted.has(String(valueIn(record, field) === true));
  return (record) => valuesIn(record, field).some((value) => wanted.has(value));
}

/** What the server calls the moments that stand beside the fields. */
const moments: Readonly<Record<Stamp, string>> = { createdAt: "created", updatedAt: "updated" };

/** The same question in the query language. */
export function filterQuery(known: Known, field: string, values: readonly string[]): string {
  const kind = kindOf(known, field);
  if (isRanged(kind)) {
    const range = readRange(kind, values[0] ?? "");
    return range === null ? "" : rangeQuery(kind, isStamp(field) ? moments[field] : field, range);
  }
  const either = values.map((value) =>
    kind === "boolean" && value === "false" ? `-${field}:true` : `${field}:${plainOrQuoted(value)}`,
  );
  return either.length === 1 ? (either[0] ?? "") : `(${either.join(" or ")})`;
}

const plainOrQuoted = (text: string) => (/^[\w-]+$/u.test(text) ? text : quoted(text));

/** In quotation marks nothing is a sign of the language. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
