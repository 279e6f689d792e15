import type { Operation, PushedTransaction } from "./protocol";
import type { Entry, Place } from "./store";
import type { Settled, Waiting } from "./types";

/** A transaction of this browser, from when it is made until the confirmed records show it. */
export interface Pending {
  readonly id: string;
  /** Less their guards, where those say what I may read no more. */
  operations: readonly Operation[];
  /** When it was made, RFC 3339, and by which user. */
  readonly at: string;
  readonly by: string | null;
  /** Under which shape of the records it was made. */
  readonly schema: number;
  readonly settle: (settled: Settled) => void;
  /** Where it stands among what is kept; `null` until it is kept, and not sent before. */
  place: Place | null;
  /** Given when it is first sent, and then the same whenever it is sent again; `null` before. */
  mutation: number | null;
  /** Sent on this connection, and not answered yet. */
  inFlight: boolean;
  /** Where in the log it was applied; `null` until the server says so. */
  seq: number | null;
  /** Where it stands in the log, as a delta said, perhaps before the answer came. */
  entry: number | null;
}

/** What one frame may hold. */
export interface Batch {
  readonly transactions: number;
  readonly bytes: number;
}

/** As it is kept; `null` where it is not yet. */
export function entryOf({ id, place, schema, operations, at, mutation, seq, entry }: Pending): Entry | null {
  return place && { id, place, schema, operations, at, mutation, seq, entry };
}

/** What is not kept yet has no place. */
export type FreshEntry = Omit<Entry, "place">;

export function freshEntry({ id, schema, operations, at, mutation, seq, entry }: Pending): FreshEntry {
  return { id, schema, operations, at, mutation, seq, entry };
}

/** This browser's own transactions in the order in which they were made, which is the order that they are sent in. */
export class Queue {
  readonly #pending = new Map<string, Pending>();
  #lastMutation = 0;
  #unanswered = 0;
  #waiting: readonly Waiting[] = [];

  /** How many have no final answer. */
  get unanswered(): number {
    return this.#unanswered;
  }

  get(id: string): Pending | undefined {
    return this.#pending.get(id);
  }

  get all(): readonly Pending[] {
    return [...this.#pending.values()];
  }

  /** What the server has not answered for good, in the order of sending; the same list until it changes. */
  get waiting(): readonly Waiting[] {
    const open = this.#open();
    const same =
      open.length === this.#waiting.length &&
      open.every(
        ({ id, mutation }, index) =>
          this.#waiting[index]?.id === id && this.#waiting[index]?.sent === (mutation !== null),
      );
    if (!same)
      this.#waiting = open.map(({ id, operations, at, mutation }) => {
        return { id, operations, at, sent: mutation !== null };
      });
    return this.#waiting;
  }

  /** In place of all that is held. Those come in the order in which they are to be sent. */
  restore(pendings: readonly Pending[]): void {
    this.#pending.clear();
    for (const pending of pendings) this.#pending.set(pending.id, pending);
    this.#unanswered = pendings.filter(({ seq }) => seq === null).length;
    this.#lastMutation = Math.max(0, ...pendings.map(({ mutation }) => mutation ?? 0));
  }

  add(pending: Pending): void {
    this.#pending.set(pending.id, pending);
    this.#unanswered++;
  }

  /** The refusal is final, or the confirmed records show it now. */
  remove(pending: Pending): void {
    if (this.#pending.delete(pending.id) && pending.seq === null) this.#unanswered--;
  }

  applied(pending: Pending, seq: number): void {
    if (pending.seq === null) this.#unanswered--;
    pending.inFlight = false;
    pending.seq = seq;
    pending.entry = seq;
  }

  /** A delta brings the log entry with this transaction's id. The answer may still be under way. */
  entered(id: string, seq: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending) pending.entry = seq;
    return pending;
  }

  /** Those that the records show once they follow the log up to here. */
  shownAt(upTo: number): readonly Pending[] {
    return [...this.#pending.values()].filter(({ seq }) => seq !== null && seq <= upTo);
  }

  /** Another life of the log begins: the old sequence numbers mean nothing, the first snapshot tells what is true. */
  forgetSequence(): readonly Pending[] {
    for (const pending of this.#pending.values()) {
      if (pending.seq !== null) pending.seq = 0;
      pending.entry = null;
    }
    return this.all;
  }

  /** What was in flight may be lost, so it will be sent again, under the same numbers. */
  connectionLost(): void {
    for (const pending of this.#pending.values()) pending.inFlight = false;
  }

  /**
   * A server that was restored from a backup knows fewer numbers than it once answered. It would wait for ever for
   * those between, so what is unanswered is numbered afresh; the transactions' ids still keep them from counting twice.
   * Answers those that lost their number.
   */
  greet(lastMutation: number): readonly Pending[] {
    const open = this.#open().filter(({ mutation }) => mutation !== null);
    const first = open[0]?.mutation ?? this.#lastMutation + 1;
    if (first <= lastMutation + 1) {
      // Another tab may have given numbers that were never sent.
      const given = open.map(({ mutation }) => mutation ?? 0);
      this.#lastMutation = Math.max(this.#lastMutation, lastMutation, ...given);
      return [];
    }
    for (const pending of open) pending.mutation = null;
    this.#lastMutation = lastMutation;
    return open;
  }

  /**
   * The next transactions for one frame, in order; they count as in flight from now on. One that alone is larger than
   * a frame is given to `tooLarge` instead, and never gets a number. `numbered` hears of those that got one, which must
   * be kept before they are sent.
   */
  take(
    limit: Batch,
    tooLarge: (pending: Pending) => void,
    numbered: (pending: Pending) => void,
  ): readonly PushedTransaction[] {
    const taken: PushedTransaction[] = [];
    let bytes = 0;
    for (const pending of this.#open()) {
      if (pending.inFlight || !pending.place) continue;
      if (taken.length >= limit.transactions) break;
      const transaction = {
        mutation: pending.mutation ?? this.#lastMutation + 1,
        id: pending.id,
        schema: pending.schema,
        operations: pending.operations,
      };
      const size = sizeOf(transaction);
      if (size > limit.bytes) {
        tooLarge(pending);
        continue;
      }
      if (bytes + size > limit.bytes) break;
      bytes += size;
      if (pending.mutation === null) {
        this.#lastMutation = pending.mutation = transaction.mutation;
        numbered(pending);
      }
      pending.inFlight = true;
      taken.push(transaction);
    }
    return taken;
  }

  inFlight(): number {
    return [...this.#pending.values()].filter((pending) => pending.inFlight).length;
  }

  /** In the order of sending. */
  #open(): Pending[] {
    return [...this.#pending.values()].filter(({ seq }) => seq === null).sort(bySending);
  }
}

/** Those with a number first, which they may have got in another tab; the others as they came. */
function bySending(a: Pending, b: Pending): number {
  return (a.mutation ?? Number.MAX_SAFE_INTEGER) - (b.mutation ?? Number.MAX_SAFE_INTEGER);
}

function sizeOf(transaction: PushedTransaction): number {
  // One more for the comma between two.
  return new TextEncoder().encode(JSON.stringify(transaction)).length + 1;
}
