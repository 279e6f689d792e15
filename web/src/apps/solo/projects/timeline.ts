import type { Project } from "./projects";

const dayLength = 86_400_000;
const dayOf = (date: string) => Date.parse(`${date}T00:00Z`) / dayLength;

export interface Month {
  /** The first of the month, such as 2026-11-01. */
  readonly first: string;
  /** In hundredths of the whole width. */
  readonly start: number;
  readonly width: number;
}

/** Some months side by side, by days since 1970; `end` is the first day after them. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly months: readonly Month[];
}

/** @param first any day of the month that it begins with */
export function spanOf(first: string, months: number): Span {
  const [year, month] = first.split("-").map(Number) as [number, number];
  const firsts = Array.from({ length: months + 1 }, (_, index) =>
    new Date(Date.UTC(year, month - 1 + index)).toISOString().slice(0, 10),
  );
  const days = firsts.map(dayOf);
  const [start = 0, end = 0] = [days[0], days[months]];
  const part = (day: number) => (100 * (day - start)) / (end - start);
  return {
    start,
    end,
    months: firsts.slice(0, -1).map((date, index) => ({
      first: date,
      start: part(days[index] ?? 0),
      width: part(days[index + 1] ?? 0) - part(days[index] ?? 0),
    })),
  };
}

/** The month so many months later. */
export function monthsLater(first: string, by: number): string {
  const [year, month] = first.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + by)).toISOString().slice(0, 10);
}

/** Where a day stands, in hundredths of the width; `null` outside. */
export function placeOf(date: string, { start, end }: Span): number | null {
  const day = dayOf(date);
  return day < start || day >= end ? null : (100 * (day - start)) / (end - start);
}

export interface Bar {
  readonly start: number;
  readonly width: number;
  /** It has no last day, or no first one, and fades out there. */
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

/** A project as a bar, the last day included; `null` where it lies outside or has no dates. */
export function barOf({ values }: Project, { start, end }: Span): Bar | null {
  const { startsOn, endsOn } = values;
  if (startsOn === null && endsOn === null) return null;
  const from = Math.max(startsOn === null ? start : dayOf(startsOn), start);
  const to = Math.min(endsOn === null ? end : dayOf(endsOn) + 1, end);
  if (to <= from) return null;
  const part = 100 / (end - start);
  return {
    start: (from - start) * part,
    width: (to - from) * part,
    openStart: startsOn === null,
    openEnd: endsOn === null,
  };
}

/** Which projects a span shows, in the order in which they begin, and which it does not. */
export interface Placed {
  readonly shown: readonly { readonly project: Project; readonly bar: Bar }[];
  /** How many ended before it, and the last of these days; `null` where there are none. */
  readonly earlier: Beyond | null;
  /** How many begin after it, and the first of these days. */
  readonly later: Beyond | null;
  /** How many have no dates. */
  readonly undated: number;
}

export interface Beyond {
  readonly count: number;
  readonly nearest: string;
}

export function placed(projects: readonly Project[], span: Span): Placed {
  const shown: Placed["shown"][number][] = [];
  const [ends, starts]: [string[], string[]] = [[], []];
  let undated = 0;
  for (const project of projects) {
    const { startsOn, endsOn } = project.values;
    const bar = barOf(project, span);
    if (bar !== null) shown.push({ project, bar });
    else if (endsOn !== null && dayOf(endsOn) < span.start) ends.push(endsOn);
    else if (startsOn !== null) starts.push(startsOn);
    else undated++;
  }
  const start = ({ values }: Project) => (values.startsOn === null ? -Infinity : dayOf(values.startsOn));
  // What began on the same day, or nobody knows when, keeps the order of the list.
  shown.sort((one, other) => {
    const [a, b] = [start(one.project), start(other.project)];
    return a === b ? 0 : a - b;
  });
  const beyond = (days: readonly string[], nearest: (days: readonly string[]) => string) =>
    days.length === 0 ? null : { count: days.length, nearest: nearest(days) };
  return {
    shown,
    earlier: beyond(ends, (days) => days.reduce((one, other) => (one > other ? one : other))),
    later: beyond(starts, (days) => days.reduce((one, other) => (one < other ? one : other))),
    undated,
  };
}
