import type { ScopeName } from "@/contract/contract";
import { scopeOf } from "./metadata";
import type { Me, Operation, Position, RecordRef, WireRecord } from "./protocol";
import type { DeadLetter, Status } from "./types";
import type { UndoStep } from "./undo";

/** Names by person, then by workspace: what a sign-out wipes begins alike. */
export function storeName(user: string, workspace: string): string {
  return `${prefixOf(user)}${workspace}`;
}

/** Whose work, in which workspace. */
export interface KeptWork {
  readonly user: string;
  readonly workspace: string;
}

/** What a name stands for; `null` where it is no name of ours. */
export function workOf(name: string): KeptWork | null {
  const [, user, workspace] = /^holdfast:([^:]+):([^:]+)$/u.exec(name) ?? [];
  return user === undefined || workspace === undefined ? null : { user, workspace };
}

/** What all names of a person's work begin with; without a person, those of everybody's. */
export function prefixOf(user?: string): string {
  return user === undefined ? "holdfast:" : `holdfast:${user}:`;
}

/** Where a transaction stands in the queue: the step that put it there, and the how manieth of that step it was. */
export type Place = readonly [step: number, index: number];

/** A transaction that waits, as it is kept. */
export interface Entry {
  readonly id: string;
  readonly place: Place;
  /** Under which shape of the records it was made. */
  readonly schema: number;
  readonly operations: readonly Operation[];
  /** When it was made, RFC 3339. */
  readonly at: string;
  /** Given, and kept, before it is first sent. */
  readonly mutation: number | null;
  /** Where in the log it was applied; `null` until the server says so. */
  readonly seq: number | null;
  /** Where it stands in the log, as a delta said, perhaps before the answer came. */
  readonly entry: number | null;
}

/** How far the confirmed records follow the log, and by whose rights. */
export interface Following {
  readonly epoch: string | null;
  readonly cursor: Position | null;
  readonly access: string | null;
  readonly scopes: Status["scopes"];
  /** Missing where every scope is whole. */
  readonly windows?: readonly ScopeName[];
  readonly me: Me | null;
}

/** All that is kept of one person in one workspace. */
export interface Saved {
  /** The number of the last step that is in it. */
  readonly step: number;
  /** The browser's id, by which the server knows the numbers of the queue. */
  readonly browser: string;
  /** `null` where nothing was confirmed yet, or where the records have another shape by now. */
  readonly following: Following | null;
  /** Of these scopes not all records are kept, for which there was no room. */
  readonly unkept: readonly ScopeName[];
  readonly records: readonly WireRecord[];
  readonly queue: readonly Entry[];
  readonly letters: readonly DeadLetter[];
  /** What can be undone and done again, in the order of doing. */
  readonly undo: readonly UndoStep[];
}

/** What changes at once or not at all. The steps of all tabs are numbered in one order. */
export interface Step {
  readonly records?: readonly WireRecord[];
  readonly gone?: readonly RecordRef[];
  /** Of these scopes no records are kept any more, and none that come later: there is no room for them. */
  readonly forget?: readonly ScopeName[];
  /** Of these scopes the step has every record, so that they are kept again. */
  readonly whole?: readonly ScopeName[];
  readonly following?: Following;
  /** New in the queue; the step gives them their places. */
  readonly append?: readonly Omit<Entry, "place">[];
  /** Noted by pages that went: new in the queue, but for what is there already. */
  readonly rescued?: readonly Omit<Entry, "place">[];
  readonly entries?: readonly Entry[];
  readonly left?: readonly Entry[];
  readonly letters?: readonly DeadLetter[];
  readonly discarded?: readonly string[];
  readonly undo?: readonly UndoStep[];
  readonly undone?: readonly string[];
}

/**
 * - `full`: there is no room
 * - `deposed`: another tab leads by now; nothing was written
 * - `wiped`: all was wiped on purpose; this page is to forget it too
 * - `outdated`: a newer version of the page has changed how things are kept
 * - `broken`: it could not be written; what is kept is as it was
 */
export type StoreFailure = "full" | "deposed" | "wiped" | "outdated" | "broken";

export type Written = { readonly step: number } | { readonly failed: StoreFailure };

export interface Leading {
  /** Higher than that of every tab that led before. */
  readonly leader: number;
  /** The last step of all tabs at that moment. */
  readonly step: number;
}

/** Where one person's work in one workspace is kept. Each call answers once, in the order of the calls. */
export interface Store {
  /** Whether it outlives the page. */
  readonly lasting: boolean;
  load(done: (saved: Saved | { readonly failed: StoreFailure }) => void): void;
  /**
   * Writes all of the step or nothing of it. What a person did is safe, against the machine's end too, when it answers.
   *
   * @param leader the number under which this tab leads; `null` for what any tab may write
   */
  write(step: Step, leader: number | null, done: (written: Written) => void): void;
  /** This tab leads from now on, and whoever led before can write as a leader no more. */
  lead(done: (leading: Leading | { readonly failed: StoreFailure }) => void): void;
  close(): void;
}

/**
 * Calls when the store must be given up: all is wiped, a newer version of the page wants to change it, or the browser
 * closed it, and it is to be opened again.
 */
export type StoreLost = (reason: "wiped" | "outdated" | "closed") => void;

/** What a memory holds, in the form that is kept. A disk in memory can be shared, as by the tabs of a test. */
export class MemoryDisk {
  readonly browser: string;
  step = 0;
  leader = 0;
  following: Following | null = null;
  unkept: ReadonlySet<ScopeName> = new Set();
  readonly records = new Map<string, WireRecord>();
  readonly queue = new Map<string, Entry>();
  readonly letters = new Map<string, DeadLetter>();
  readonly undo = new Map<string, UndoStep>();

  constructor(browser: string) {
    this.browser = browser;
  }

  lead(): Leading {
    return { leader: ++this.leader, step: this.step };
  }

  read(): Saved {
    return {
      step: this.step,
      browser: this.browser,
      following: this.following,
      unkept: [...this.unkept],
      records: [...this.records.values()],
      queue: [...this.queue.values()].sort(byPlace),
      letters: [...this.letters.values()],
      undo: [...this.undo.values()],
    };
  }

  write(step: Step, leader: number | null): Written {
    if (leader !== null && leader !== this.leader) return { failed: "deposed" };
    const number = ++this.step;
    this.unkept = unkeptAfter(this.unkept, step);
    for (const [key, { type }] of this.records)
      if (step.forget?.includes(scopeOf(type))) this.records.delete(key);
    for (const record of step.records ?? [])
      if (!this.unkept.has(scopeOf(record.type))) this.records.set(`${record.type}/${record.id}`, record);
    for (const { type, id } of step.gone ?? []) this.records.delete(`${type}/${id}`);
    if (step.following) this.following = step.following;
    const there = step.rescued && new Set(this.queue.keys());
    for (const entry of placed(step, number, there)) this.queue.set(entry.id, entry);
    for (const { id } of step.left ?? []) this.queue.delete(id);
    for (const letter of step.letters ?? []) this.letters.set(letter.id, letter);
    for (const id of step.discarded ?? []) this.letters.delete(id);
    for (const id of step.undone ?? []) this.undo.delete(id);
    for (const one of step.undo ?? []) this.undo.set(one.id, one);
    return { step: number };
  }
}

/** For who wants nothing kept, and where nothing can be: it ends with the page. */
export function memoryStore(browser: string, disk = new MemoryDisk(browser)): Store {
  return {
    lasting: false,
    load: (done) => done(disk.read()),
    write: (step, leader, done) => done(disk.write(step, leader)),
    lead: (done) => done(disk.lead()),
    close() {},
  };
}

/** Which scopes are not wholly kept when the step stands. */
export function unkeptAfter(
  before: Iterable<ScopeName>,
  { forget = [], whole = [] }: Step,
): ReadonlySet<ScopeName> {
  return new Set([...before, ...forget].filter((scope) => !whole.includes(scope)));
}

/**
 * What of the queue a step writes, with the places of what is new in it.
 *
 * @param there the ids of what is in the queue, for a step with something rescued
 */
export function placed(step: Step, number: number, there?: ReadonlySet<string>): readonly Entry[] {
  const rescued = (step.rescued ?? []).filter(({ id }) => !there?.has(id));
  const fresh = [...(step.append ?? []), ...rescued];
  const appended = fresh.map((entry, index): Entry => ({ ...entry, place: [number, index] }));
  return [...(step.entries ?? []), ...appended];
}

/** Numbered ones first, as they were numbered; then as they came. */
export function byPlace(a: Entry, b: Entry): number {
  if (a.mutation !== null || b.mutation !== null)
    return (a.mutation ?? Number.POSITIVE_INFINITY) - (b.mutation ?? Number.POSITIVE_INFINITY);
  return a.place[0] - b.place[0] || a.place[1] - b.place[1];
}
