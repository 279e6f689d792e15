import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { ScopeName } from "@/contract/contract";
import { unguarded } from "./guarded";
import { forgetful } from "./letters";
import { contract, scopeOf } from "./metadata";
import type { WireRecord } from "./protocol";
import {
  byPlace,
  type Entry,
  type Following,
  type KeptWork,
  type Leading,
  placed,
  prefixOf,
  type Saved,
  type Step,
  type Store,
  type StoreFailure,
  type StoreLost,
  storeName,
  unkeptAfter,
  type Written,
  workOf,
} from "./store";
import type { DeadLetter } from "./types";
import type { UndoStep } from "./undo";

/** How things are kept. Whoever raises it adds what to do to `upgrades`, and never changes what stands there. */
const upgrades: readonly ((database: IDBPDatabase<Shape>) => void)[] = [
  (database) => {
    database.createObjectStore("state");
    database.createObjectStore("records", { keyPath: ["type", "id"] });
    database.createObjectStore("queue", { keyPath: "place" });
    database.createObjectStore("letters", { keyPath: "id" });
    database.createObjectStore("undo", { keyPath: "id" });
  },
];

/** One row that every write reads and writes, so that writes of all tabs come one after the other. */
interface State {
  readonly browser: string;
  readonly step: number;
  readonly leader: number;
  /** The shape that the records were kept in. */
  readonly contract: string;
  readonly following: Following | null;
  readonly unkept?: readonly ScopeName[];
}

interface Shape extends DBSchema {
  state: { key: "state"; value: State };
  records: { key: [string, string]; value: WireRecord };
  queue: { key: [number, number]; value: Entry };
  letters: { key: string; value: DeadLetter };
  undo: { key: string; value: UndoStep };
}

const tables = ["state", "records", "queue", "letters", "undo"] as const;

/** A print of the record types: where it differs, what is kept of records does not fit this page. */
const shapeOfRecords = print(JSON.stringify(contract.records));

/**
 * Opens what is kept under this name, and makes it where there is nothing.
 *
 * @param lost what to do when it must be given up, which may be at any time
 */
export async function openIndexedStore(
  name: string,
  browser: string,
  lost: StoreLost,
): Promise<Store | { readonly failed: StoreFailure }> {
  try {
    const database = await openDB<Shape>(name, upgrades.length, {
      upgrade: (opened, from) => {
        for (const step of upgrades.slice(from)) step(opened);
      },
      blocking: (_, next) => {
        // The others wait for this one to let go.
        database.close();
        lost(next === null ? "wiped" : "outdated");
      },
      terminated: () => lost("closed"),
    });
    return new IndexedStore(database, browser);
  } catch (error) {
    return { failed: failureOf(error) };
  }
}

/**
 * Takes everything of a person, or of everybody, off this browser, from under other pages that have it open as well: these find another
 * beginning, or none, as soon as they write. What stays are empty databases, for to delete one waits for every page
 * that has it open, and the next sign-in would wait behind that.
 */
export async function wipeStores(user?: string): Promise<void> {
  for (const note of Object.keys(localStorage))
    if (note.startsWith(prefixOf(user))) localStorage.removeItem(note);
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
  await Promise.all(names.filter((name) => name.startsWith(prefixOf(user))).map(wipe));
}

/**
 * Takes off this browser what it keeps of the workspaces that a person is not in. What was not sent yet stays, for who is
 * let in again can send it, and a sign-out asks about it: but nothing of what others wrote.
 *
 * @param workspaces those that the person is in
 */
export async function wipeOtherWorkspaces(user: string, workspaces: readonly string[]): Promise<void> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
  const others = names.filter((name) => {
    const work = workOf(name);
    return work?.user === user && !workspaces.includes(work.workspace);
  });
  await Promise.all(others.map(wipeButUnsent));
}

/** Under this name stands whose work is being wiped. */
const leavingNote = "holdfast.leaving";

/** Notes whose work is about to be wiped, in case the page ends before it is; `null` where that is done, or not to be. */
export function noteLeaving(user: string | null): void {
  if (user === null) localStorage.removeItem(leavingNote);
  else localStorage.setItem(leavingNote, user);
}

/**
 * Wipes what a page has left that ended in the middle of a sign-out.
 *
 * @param signedIn who is signed in now: where it is the one who was leaving, the sign-out never reached the server
 */
export async function finishLeaving(signedIn: string | null): Promise<void> {
  const left = localStorage.getItem(leavingNote);
  if (left === null) return;
  if (left !== signedIn) await wipeStores(left);
  noteLeaving(null);
}

/** What of a person's work in a workspace lies in this browser and nowhere else. */
export interface UnsentWork extends KeptWork {
  /** What waits to be sent, also what a page has only noted in its last moment. */
  readonly waiting: readonly Omit<Entry, "place">[];
  readonly refused: readonly DeadLetter[];
}

/** The unsent work of every person who uses this browser, in all workspaces where there is some. */
export async function unsentWork(): Promise<readonly UnsentWork[]> {
  const names = (await indexedDB.databases()).flatMap(({ name = "" }) => workOf(name) ?? []);
  const all = await Promise.all(names.map(unsentIn));
  return all.filter(({ waiting, refused }) => waiting.length + refused.length > 0);
}

async function unsentIn(work: KeptWork): Promise<UnsentWork> {
  const name = storeName(work.user, work.workspace);
  const database = await openDB<Shape>(name);
  // One that was never written holds nothing.
  const isMade = database.objectStoreNames.contains("queue");
  const [queue, refused] = isMade
    ? await Promise.all([database.getAll("queue"), database.getAll("letters")])
    : [[], []];
  database.close();
  const known = new Set(queue.map(({ id }) => id));
  const noted = notesOf(name).flatMap(entriesIn);
  const waiting = [...queue.sort(byPlace), ...noted.filter(({ id }) => !known.has(id))];
  return { ...work, waiting: waiting.filter(({ seq }) => seq === null), refused };
}

function entriesIn(note: string): readonly Omit<Entry, "place">[] {
  try {
    return JSON.parse(localStorage.getItem(note) ?? "[]");
  } catch {
    return [];
  }
}

/** The names under which pages have noted what they could not keep; a worker sees none. */
function notesOf(name: string): readonly string[] {
  if (!("localStorage" in globalThis)) return [];
  return Object.keys(localStorage).filter((note) => note.startsWith(`${name}:`));
}

async function wipe(name: string): Promise<void> {
  const database = await openDB<Shape>(name);
  const held = tables.filter((table) => database.objectStoreNames.contains(table));
  if (held.length > 0) {
    const transaction = database.transaction(held, "readwrite", { durability: "strict" });
    await Promise.all([...held.map((table) => transaction.objectStore(table).clear()), transaction.done]);
  }
  database.close();
}

const nothing = () => false;

function ownWords<Made extends Pick<Entry, "operations">>(made: Made): Made {
  return { ...made, operations: unguarded(made.operations, nothing) };
}

async function wipeButUnsent(name: string): Promise<void> {
  // What a page noted in its last moment waits as well.
  const notes = notesOf(name);
  const isNoted = notes.length > 0;
  for (const note of notes) localStorage.setItem(note, JSON.stringify(entriesIn(note).map(ownWords)));
  const database = await openDB<Shape>(name);
  // One that was never written holds nothing.
  if (database.objectStoreNames.contains("queue")) {
    const transaction = database.transaction(tables, "readwrite", { durability: "strict" });
    const wiping = (async () => {
      const states = transaction.objectStore("state");
      const held = await states.get("state");
      const [queues, all] = [transaction.objectStore("queue"), transaction.objectStore("letters")];
      const [queue, letters] = await Promise.all([queues.getAll(), all.getAll()]);
      const waits = queue.some(({ seq }) => seq === null) || letters.length > 0 || isNoted;
      const gone = held && waits ? (["records", "undo"] as const) : tables;
      await Promise.all(gone.map((table) => transaction.objectStore(table).clear()));
      if (!held || !waits) return;
      // What others wrote stands in guards and in what was refused as well.
      for (const entry of queue) await queues.put(ownWords(entry));
      for (const letter of letters) await all.put(forgetful(letter, nothing));
      await states.put({ ...held, following: null, unkept: [] }, "state");
    })();
    await whole(transaction, wiping);
  }
  database.close();
}

class IndexedStore implements Store {
  readonly lasting = true;
  readonly #database: IDBPDatabase<Shape>;
  /** Whose queue this is. Where it is another's, all was wiped and begun anew. */
  #browser: string | null = null;
  readonly #fresh: string;

  constructor(database: IDBPDatabase<Shape>, fresh: string) {
    this.#database = database;
    this.#fresh = fresh;
  }

  load(done: (saved: Saved | { readonly failed: StoreFailure }) => void): void {
    answer(this.#load(), done);
  }

  write(step: Step, leader: number | null, done: (written: Written) => void): void {
    answer(this.#write(step, leader), done);
  }

  lead(done: (leading: Leading | { readonly failed: StoreFailure }) => void): void {
    answer(this.#lead(), done);
  }

  close(): void {
    this.#database.close();
  }

  async #load(): Promise<Saved> {
    await this.#begin();
    const transaction = this.#database.transaction(tables);
    const [state, records, queue, letters, undo] = await whole(
      transaction,
      Promise.all([
        transaction.objectStore("state").get("state"),
        transaction.objectStore("records").getAll(),
        transaction.objectStore("queue").getAll(),
        transaction.objectStore("letters").getAll(),
        transaction.objectStore("undo").getAll(),
      ]),
    );
    const { step, browser, following, unkept = [] } = this.#sound(state);
    return { step, browser, following, unkept, records, queue: queue.sort(byPlace), letters, undo };
  }

  /** Makes the one row, and drops records of a shape that this page does not know: the server has them. */
  async #begin(): Promise<void> {
    if (this.#browser !== null) return;
    const transaction = this.#database.transaction(["state", "records"], "readwrite");
    const beginning = (async () => {
      const states = transaction.objectStore("state");
      const held = await states.get("state");
      const browser = held?.browser ?? this.#fresh;
      if (!held) {
        const state = { step: 0, leader: 0, contract: shapeOfRecords, following: null, unkept: [] };
        await states.put({ ...state, browser }, "state");
      } else if (held.contract !== shapeOfRecords) {
        await transaction.objectStore("records").clear();
        await states.put({ ...held, contract: shapeOfRecords, following: null, unkept: [] }, "state");
      }
      return browser;
    })();
    this.#browser = await whole(transaction, beginning);
  }

  async #write(step: Step, leader: number | null): Promise<{ readonly step: number }> {
    // What a person did must outlive the machine; what the server has can be had again.
    const dear = step.append ?? step.rescued ?? step.entries ?? step.letters ?? step.discarded;
    const transaction = this.#database.transaction(tables, "readwrite", {
      durability: dear ? "strict" : "relaxed",
    });
    const writing = (async () => {
      const states = transaction.objectStore("state");
      const held = this.#sound(await states.get("state"));
      if (leader !== null && held.leader !== leader) throw new StoreError("deposed");
      const number = held.step + 1;
      const following = step.following ?? held.following;
      const unkept = unkeptAfter(held.unkept ?? [], step);
      const forgotten = (step.forget ?? []).flatMap((scope) => contract.scopes[scope].records);
      const [records, queue, letters, undo] = [
        transaction.objectStore("records"),
        transaction.objectStore("queue"),
        transaction.objectStore("letters"),
        transaction.objectStore("undo"),
      ];
      const there = step.rescued && new Set((await queue.getAll()).map(({ id }) => id));
      const requests: (() => Promise<unknown>)[] = [
        () => states.put({ ...held, step: number, following, unkept: [...unkept] }, "state"),
        // An array sorts behind every text.
        ...forgotten.map((type) => () => records.delete(IDBKeyRange.bound([type], [type, []]))),
        ...(step.records ?? [])
          .filter(({ type }) => !unkept.has(scopeOf(type)))
          .map((record) => () => records.put(record)),
        ...(step.gone ?? []).map(
          ({ type, id }) =>
            () =>
              records.delete([type, id]),
        ),
        ...placed(step, number, there).map((entry) => () => queue.put(entry)),
        ...(step.left ?? []).map(
          ({ place }) =>
            () =>
              queue.delete([...place]),
        ),
        ...(step.letters ?? []).map((letter) => () => letters.put(letter)),
        ...(step.discarded ?? []).map((id) => () => letters.delete(id)),
        ...(step.undone ?? []).map((id) => () => undo.delete(id)),
        ...(step.undo ?? []).map((one) => () => undo.put(one)),
      ];
      // One that throws at once fails like one that fails later, and the others are waited for.
      await Promise.all(requests.map(async (request) => request()));
      return { step: number };
    })();
    return whole(transaction, writing);
  }

  async #lead(): Promise<Leading> {
    const transaction = this.#database.transaction("state", "readwrite", { durability: "strict" });
    const leading = (async () => {
      const states = transaction.objectStore("state");
      const held = this.#sound(await states.get("state"));
      const leader = held.leader + 1;
      await states.put({ ...held, leader }, "state");
      return { leader, step: held.step };
    })();
    return whole(transaction, leading);
  }

  #sound(state: State | undefined): State {
    if (!state || state.browser !== this.#browser) throw new StoreError("wiped");
    return state;
  }
}

/** The work and the end of its transaction: if either fails, neither has happened. */
async function whole<Answer>(
  transaction: { readonly done: Promise<void>; abort(): void },
  work: Promise<Answer>,
): Promise<Answer> {
  const [worked, ended] = await Promise.allSettled([
    work.catch((error: unknown) => {
      try {
        transaction.abort();
      } catch {
        // It has ended already, which is what failed the work.
      }
      throw error;
    }),
    transaction.done,
  ]);
  // Where one was only cut off by the other, the other says why.
  if (worked.status === "rejected" && !isAbort(worked.reason)) throw worked.reason;
  if (ended.status === "rejected") throw ended.reason;
  if (worked.status === "rejected") throw worked.reason;
  return worked.value;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

class StoreError extends Error {
  readonly failure: StoreFailure;

  constructor(failure: StoreFailure) {
    super(failure);
    this.failure = failure;
  }
}

function answer<Answer extends object>(
  work: Promise<Answer>,
  done: (answer: Answer | { readonly failed: StoreFailure }) => void,
): void {
  work.catch((error: unknown) => ({ failed: failureOf(error) })).then(done);
}

function failureOf(error: unknown): StoreFailure {
  if (error instanceof StoreError) return error.failure;
  const name = error instanceof Error ? error.name : "";
  if (name === "QuotaExceededError") return "full";
  return name === "VersionError" ? "outdated" : "broken";
}

/** 53 bits of a text: two that differ have the same one time in millions of millions. */
function print(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}
