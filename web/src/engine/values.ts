import type { FieldMeta } from "./metadata";
import type { ListPlace, Value } from "./protocol";

export type List = readonly string[];

/** A value as the server stores it: one spelling of what looks the same, and one way to be empty. */
export function stored(field: FieldMeta, value: Value): Value {
  if (field.kind === "secret") return value !== null && value !== "";
  if (field.kind === "list")
    return [...new Set((Array.isArray(value) ? (value as List) : []).map((item) => item.normalize()))];
  if (typeof value !== "string") return value;
  if (value === "") return null;
  if (field.kind === "time") return new Date(value).toISOString();
  const text = field.lines ? value.replace(/\r\n|[\r\f\u0085\u2028\u2029]/gu, "\n") : value;
  return text.normalize();
}

/** Where a new item goes in a list. */
export function placeIn(items: List, at?: ListPlace): number {
  if (!at) return items.length;
  if ("index" in at) return Math.min(at.index, items.length);
  const anchor = items.indexOf(("before" in at ? at.before : at.after).normalize());
  if (anchor < 0) return items.length;
  return "before" in at ? anchor : anchor + 1;
}

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
