import type { FieldKind } from "@/engine/metadata";
import type { Value } from "@/engine/protocol";

/** Both ends belong to it, `null` is open: days such as 2026-11-21, also of moments; else whole numbers, of money in its smallest unit. */
export interface Range {
  readonly from: string | null;
  readonly to: string | null;
}

const day = /^(?!9999)[1-9]\d{3}-\d{2}-\d{2}$/u;
const whole = /^-?\d{1,15}$/u;

/** Whether values of this kind have an order, so that one asks for those from here to there. */
export function isRanged(kind: FieldKind): boolean {
  return ["integer", "money", "date", "time"].includes(kind);
}

const isDays = (kind: FieldKind) => kind === "date" || kind === "time";

function isEnd(kind: FieldKind, text: string): boolean {
  if (!isDays(kind)) return whole.test(text);
  const time = new Date(`${text}T00:00Z`);
  return day.test(text) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

/** Reads `2026-01-01..2026-03-31`, `100..` or `..100`; `null` where it is no range. It goes from the smaller to the larger. */
export function readRange(kind: FieldKind, text: string): Range | null {
  const [from = "", to = from, ...more] = text.split("..");
  if (more.length > 0 || (from === "" && to === "")) return null;
  if ([from, to].some((end) => end !== "" && !isEnd(kind, end))) return null;
  return rangeOf(kind, { from: from || null, to: to || null });
}

/** The ends in their order, however they were typed. */
export function rangeOf(kind: FieldKind, { from, to }: Range): Range {
  if (from === null || to === null) return { from, to };
  const isTurned = isDays(kind) ? from > to : Number(from) > Number(to);
  return isTurned ? { from: to, to: from } : { from, to };
}

/** As it stands in the address; `null` where nothing is asked. */
export function rangeText({ from, to }: Range): string | null {
  return from === null && to === null ? null : `${from ?? ""}..${to ?? ""}`;
}

/** Days of moments begin at midnight where the person is; the end is the first moment after them. */
function momentsOf({ from, to }: Range): { readonly start: Date | null; readonly end: Date | null } {
  const start = from === null ? null : new Date(`${from}T00:00`);
  const end = to === null ? null : new Date(`${to}T00:00`);
  end?.setDate(end.getDate() + 1);
  return { start, end };
}

/** Whether a value lies in it; what is empty lies in none. */
export function lies(kind: FieldKind, range: Range): (value: Value) => boolean {
  const { from, to } = range;
  if (kind === "date")
    return (value) =>
      typeof value === "string" && (from === null || value >= from) && (to === null || value <= to);
  if (kind === "time") {
    const { start, end } = momentsOf(range);
    const [least, beyond] = [start?.getTime() ?? -Infinity, end?.getTime() ?? Infinity];
    return (value) => {
      const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
      return at >= least && at < beyond;
    };
  }
  const [least, most] = [from === null ? -Infinity : Number(from), to === null ? Infinity : Number(to)];
  return (value) => typeof value === "number" && value >= least && value <= most;
}

/** The same question in the words of the server, whose days of moments are those of UTC. */
export function rangeQuery(kind: FieldKind, field: string, range: Range): string {
  if (kind !== "time") return `${field}:${rangeText(range)}`;
  const { start, end } = momentsOf(range);
  return [start && `${field}>=${start.toISOString()}`, end && `${field}<${end.toISOString()}`]
    .filter(Boolean)
    .join(" ");
}
