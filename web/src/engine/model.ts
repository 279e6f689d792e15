import type { RecordTypeName } from "@/contract/contract";
import type { Environment } from "./environment";
import { type Knows, unguarded } from "./guarded";
import type { Draft, News, Told } from "./journal";
import {
  causeOf,
  continued,
  forgetful,
  idsOf,
  isSettled,
  isUnkept,
  makes,
  operationsOf,
  withSeen,
} from "./letters";
import { contract } from "./metadata";
import { Overlay } from "./overlay";
import type { Me, Operation, PersonHere, Problem, RecordRef } from "./protocol";
import { entryOf, type Pending, Queue } from "./queue";
import { RecentChanges } from "./recent";
import { Records } from "./records";
import { type Entry, placed, type Saved, type Step } from "./store";
import { Topics } from "./topics";
import type { ConnectionState, DeadLetter, Settled } from "./types";
import type { UndoStep } from "./undo";

const nobody: readonly string[] = [];

/** What a refusal is, before it becomes a letter. */
export type Refusal = Pick<DeadLetter, "outcome" | "error"> &
  Partial<Pick<DeadLetter, "current" | "conflicts">>;

/** What of the leading tab's line the others show as well. */
export interface Line {
  readonly connection: ConnectionState;
  readonly error: Problem | null;
  readonly me: Me | null;
  readonly people: readonly PersonHere[];
}

/**
 * All that one tab holds in memory, and what can happen to it. Views follow by themselves, listeners are told by topic,
 * and what must be kept is noted in the draft of the leader.
 */
export class Model {
  readonly user: string;
  readonly topics = new Topics();
  readonly queue = new Queue();
  readonly records: Records;
  readonly overlay: Overlay;
  readonly recent: RecentChanges;
  line: Line = { connection: "stopped", error: null, me: null, people: [] };
  letters: readonly DeadLetter[] = [];
  /** What can be undone and done again, in the order of doing. */
  undoSteps: readonly UndoStep[] = [];
  /** Where the leader notes what is to be kept; others hear of what is kept, and note nothing. */
  draft: (() => Draft) | null = null;
  readonly #environment: Environment;
  #presence = new Map<string, readonly string[]>();

  constructor(environment: Environment, user: string) {
    this.#environment = environment;
    this.user = user;
    this.records = new Records({
      changed: (type, id, record) => {
        this.draft?.().record({ type, id }, record);
        this.#recordChanged(type, id);
      },
      whole: (scope) => this.draft?.().whole(scope),
      arrived: (item, record) => {
        this.draft?.().news.push([item, record]);
        this.#arrived([item, record]);
      },
    });
    this.overlay = new Overlay(this.records);
    this.recent = new RecentChanges(environment, () =>
      this.topics.batch(() => this.topics.changed("recent")),
    );
  }

  get now(): string {
    return new Date(this.#environment.now()).toISOString();
  }

  /** A transaction of this tab, not kept yet. */
  make(operations: readonly Operation[], settle: (settled: Settled) => void): Pending {
    const [id, at, schema] = [this.#environment.newId(), this.now, contract.schema];
    const waiting = { place: null, mutation: null, inFlight: false, seq: null, entry: null };
    return { id, at, by: this.user, schema, operations, settle, ...waiting };
  }

  add(pending: Pending): void {
    this.queue.add(pending);
    this.overlay.show(pending);
    for (const operation of pending.operations) {
      if (operation.op === "set") this.recent.end(operation, [operation.field]);
    }
    this.viewsChanged(pending.operations);
    this.topics.changed("recent", "queue");
  }

  /** It changed in a way that must be kept. */
  note(pending: Pending): void {
    const entry = entryOf(pending);
    if (entry) this.draft?.().entry(entry);
    this.topics.changed("queue");
  }

  applied(pending: Pending, seq: number): void {
    this.queue.applied(pending, seq);
    this.note(pending);
    this.viewsChanged(pending.operations);
    pending.settle({ outcome: "applied", seq });
  }

  /** Transactions leave the overlay when, and not before, the confirmed records show them. */
  showConfirmed(): void {
    for (const pending of this.queue.shownAt(this.records.upTo)) this.#take(pending);
  }

  /** The refusal is final: it becomes a letter, and what builds on a record that it was to make waits with it. */
  refuse(pending: Pending, { outcome, error, current = [], conflicts = [] }: Refusal): void {
    const { id, operations } = pending;
    const cause = this.#causeOf(operations);
    const letter = cause
      ? { ...cause, held: [...cause.held, { id, operations }] }
      : this.#joined(
          withSeen({ id, operations, outcome, error, current, conflicts, at: this.now, held: [] }),
        );
    if (isSettled(letter) && current.length > 0) {
      // Another was faster with the same, or it was taken back before it arrived.
      this.applied(pending, Math.max(...current.map(({ version }) => version)));
      this.#drop(letter.id);
    } else {
      this.#take(pending);
      pending.settle({ outcome, error });
      this.#put(letter);
      this.#holdBack();
    }
    this.#forgetUndo(id);
  }

  /** The letter that it goes on from, with it; or the letter itself. */
  #joined(letter: DeadLetter): DeadLetter {
    for (const before of this.letters) {
      const both = continued(before, letter);
      if (both) return both;
    }
    return letter;
  }

  #drop(id: string): void {
    const letter = this.letters.find((one) => one.id === id);
    if (!letter) return;
    this.forgive(letter);
    this.draft?.().discard(id);
  }

  /** Takes a letter away, here alone. */
  forgive(letter: DeadLetter): void {
    this.letters = this.letters.filter(({ id }) => id !== letter.id);
    this.overlay.forgive(letter);
    this.viewsChanged(operationsOf(letter));
    this.topics.changed("deadLetters");
  }

  /** What is kept, in place of all that is in memory but what waits to be kept. */
  restore(saved: Saved): void {
    const known = new Map(this.queue.all.map((pending) => [pending.id, pending]));
    const kept = saved.queue.map((entry) => this.#pendingOf(entry, known.get(entry.id)));
    const own = this.queue.all.filter(
      ({ id, place }) => !place && !saved.queue.some((entry) => entry.id === id),
    );
    this.records.restore(saved);
    this.overlay.reset();
    this.queue.restore([...kept, ...own]);
    // A disk that had no room for the change had none for its letter.
    const unkept = this.letters.filter(
      (letter) => isUnkept(letter) && !saved.letters.some(({ id }) => id === letter.id),
    );
    this.letters = [...saved.letters, ...unkept].sort((a, b) => (a.at < b.at ? -1 : 1));
    this.undoSteps = [...saved.undo].sort((a, b) => a.at - b.at);
    for (const pending of this.queue.all) {
      this.overlay.show(pending);
      this.viewsChanged(pending.operations);
    }
    for (const letter of this.letters) {
      this.overlay.fail(letter);
      this.viewsChanged(operationsOf(letter));
    }
    this.line = { ...this.line, me: saved.following?.me ?? this.line.me };
    this.topics.allChanged();
  }

  /** What another tab did, and has kept. */
  apply(step: Step, told: Told): void {
    const draft = this.draft;
    this.draft = null;
    this.#apply(step, told);
    this.draft = draft;
  }

  #apply(step: Step, { number, news, isPassing }: Told): void {
    this.records.adopt(step, isPassing === true);
    for (const entry of placed(step, number)) this.#adopt(entry);
    for (const entry of step.left ?? []) this.#left(entry, step.letters ?? []);
    for (const letter of step.letters ?? []) this.#put(letter);
    for (const id of step.discarded ?? []) {
      const letter = this.letters.find((one) => one.id === id);
      if (letter) this.forgive(letter);
    }
    if (step.undo || step.undone) this.remember(step.undo ?? [], step.undone ?? []);
    for (const one of news) this.#arrived(one);
  }

  /** These steps can be undone or done again from now on, and those no longer. */
  remember(steps: readonly UndoStep[], gone: readonly string[]): void {
    const replaced = new Set([...gone, ...steps.map(({ id }) => id)]);
    this.undoSteps = [...this.undoSteps.filter(({ id }) => !replaced.has(id)), ...steps];
    this.topics.changed("undo");
  }

  setLine(line: Partial<Line>): void {
    const before = this.line;
    this.line = { ...before, ...line };
    if (line.me && line.me !== before.me) this.topics.changed("me");
    if (line.people && line.people !== before.people) this.#setPresence(line.people);
  }

  presence(record: RecordRef): readonly string[] {
    return this.#presence.get(keyOf(record)) ?? nobody;
  }

  /** The version of a record that is confirmed and on which nothing of mine waits; else `undefined`. */
  settledVersion(record: RecordRef): number | undefined {
    const key = keyOf(record);
    const waits = this.queue.all.some(({ operations }) => operations.some((one) => keyOf(one) === key));
    return waits ? undefined : this.records.get(record.type, record.id)?.version;
  }

  viewsChanged(operations: readonly Operation[]): void {
    for (const { type, id } of operations) this.#recordChanged(type, id);
  }

  #take(pending: Pending): void {
    const entry = entryOf(pending);
    if (entry) this.draft?.().left(entry);
    this.queue.remove(pending);
    this.overlay.hide(pending);
    this.viewsChanged(pending.operations);
    this.topics.changed("queue");
  }

  #left({ id, seq }: Entry, letters: readonly DeadLetter[]): void {
    const pending = this.queue.get(id);
    if (!pending) return;
    this.#take(pending);
    const letter = letters.find((one) => idsOf(one).includes(id));
    if (seq !== null) pending.settle({ outcome: "applied", seq });
    else if (letter) pending.settle({ outcome: letter.outcome, error: letter.error });
  }

  #put(letter: DeadLetter): void {
    const before = this.letters.find(({ id }) => id === letter.id);
    if (before) this.overlay.forgive(before);
    this.letters = [...this.letters.filter(({ id }) => id !== letter.id), letter];
    this.draft?.().letter(letter);
    this.overlay.fail(letter);
    this.viewsChanged(operationsOf(letter));
    this.topics.changed("deadLetters");
  }

  /** Of what was never sent, whatever builds on a record that a letter was to make. */
  #holdBack(): void {
    // Most refusals hold up nothing, and then the queue, which may be long, need not be looked through.
    if (!this.letters.some(makes)) return;
    for (const pending of this.queue.all) {
      if (!pending.place || pending.mutation !== null) continue;
      const { id, operations } = pending;
      const cause = this.#causeOf(operations);
      if (!cause) continue;
      this.#take(pending);
      this.#forgetUndo(id);
      pending.settle({ outcome: "rejected", error: cause.error });
      this.#put({ ...cause, held: [...cause.held, { id, operations }] });
    }
  }

  /** What was refused was not done, so there is nothing to take back. */
  #forgetUndo(transaction: string): void {
    const step = this.undoSteps.find(({ parts }) => parts.some((part) => part.transaction === transaction));
    if (!step) return;
    const parts = step.parts.filter((part) => part.transaction !== transaction);
    const left = parts.length > 0 ? { ...step, parts } : null;
    this.undoSteps = this.undoSteps.flatMap((one) => (one !== step ? [one] : left ? [left] : []));
    this.draft?.().undo(step.id, left);
    this.topics.changed("undo");
  }

  /**
   * My rights have shrunk: what others wrote where I read no more stands in no letter, in nothing that waits, and in nothing
   * that could be undone. My own words stay, and what only I know of.
   */
  forgetUnread(): void {
    const made = new Set(
      this.queue.all.flatMap(({ operations }) =>
        operations.flatMap((one) => (one.op === "create" || one.op === "restore" ? [keyOf(one)] : [])),
      ),
    );
    const knows: Knows = (record, field) => {
      const held = this.records.get(record.type, record.id);
      if (!held) return made.has(keyOf(record));
      return field === "" || field in held.values || field.startsWith("ext.");
    };
    const isOpen = (operation: Operation): boolean =>
      operation.op === "restore" || knows(operation, "field" in operation ? operation.field : "");
    for (const step of this.undoSteps) {
      for (const { transaction, back } of step.parts)
        if (back.some(({ operation }) => !isOpen(operation))) this.#forgetUndo(transaction);
    }
    for (const letter of this.letters) {
      const left = forgetful(letter, knows);
      if (!isAlike(left, letter)) this.#put(left);
    }
    for (const pending of this.queue.all) {
      const operations = unguarded(pending.operations, knows);
      if (isAlike(operations, pending.operations)) continue;
      pending.operations = operations;
      this.note(pending);
    }
  }

  #causeOf(operations: readonly Operation[]): DeadLetter | undefined {
    return causeOf(operations, this.letters, ({ type, id }) => this.records.get(type, id) !== undefined);
  }

  #adopt(entry: Entry): void {
    const known = this.queue.get(entry.id);
    if (!known) {
      this.add(this.#pendingOf(entry));
      return;
    }
    const { place, mutation, operations } = entry;
    Object.assign(known, { place, mutation, operations, entry: entry.entry });
    if (entry.seq !== null && known.seq === null) this.applied(known, entry.seq);
    this.viewsChanged(known.operations);
    this.topics.changed("queue");
  }

  #pendingOf(entry: Entry, known?: Pending): Pending {
    // The same object, for whoever made it waits with it.
    if (known) return Object.assign(known, entry, { inFlight: false });
    return { ...entry, by: this.user, settle: () => {}, inFlight: false };
  }

  #arrived([item, record]: News): void {
    if (item.actor !== this.user) this.recent.add(item, record);
    else if ("set" in record) this.recent.end(record, Object.keys(record.set));
    this.topics.changed("recent");
  }

  #setPresence(people: readonly PersonHere[]): void {
    const users = new Map<string, Set<string>>();
    for (const { user, record } of people) {
      if (user === this.user) continue;
      const key = keyOf(record);
      users.set(key, (users.get(key) ?? new Set()).add(user));
    }
    this.#presence = new Map([...users].map(([key, set]) => [key, [...set]]));
    this.topics.changed("presence");
  }

  #recordChanged(type: RecordTypeName, id: string): void {
    this.overlay.changed(type, id);
    this.topics.changed(type, `${type}/${id}`);
  }
}

function keyOf({ type, id }: RecordRef): string {
  return `${type}/${id}`;
}

function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
