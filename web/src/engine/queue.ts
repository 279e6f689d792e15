import { contract } from "./metadata";
import type { Operation, PushedTransaction } from "./protocol";
import type { Settled } from "./types";

/** A transaction of this browser, from when it is made until the confirmed records show it. */
export interface Pending {
  readonly id: string;
  readonly operations: readonly Operation[];
  /** When it was made, RFC 3339, and by which user. */
  readonly at: string;
  readonly by: string | null;
  readonly settle: (settled: Settled) => void;
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

/** This browser's own transactions in the order in which they were made, which is the order that they are sent in. */
export class Queue {
  readonly #pending = new Map<string, Pending>();
  #lastMutation = 0;
  #unanswered = 0;

  /** How many have no final answer. */
  get unanswered(): number {
    return this.#unanswered;
  }

  get(id: string): Pending | undefined {
    return this.#pending.get(id);
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
  entered(id: string, seq: number): void {
    const pending = this.#pending.get(id);
    if (pending) pending.entry = seq;
  }

  /** Those that the records show once they follow the log up to here. */
  shownAt(upTo: number): readonly Pending[] {
    return [...this.#pending.values()].filter(({ seq }) => seq !== null && seq <= upTo);
  }

  /** Another life of the log begins: the old sequence numbers mean nothing, the first snapshot tells what is true. */
  forgetSequence(): void {
    for (const pending of this.#pending.values()) {
      if (pending.seq !== null) pending.seq = 0;
      pending.entry = null;
    }
  }

  /** What was in flight may be lost, so it will be sent again, under the same numbers. */
  connectionLost(): void {
    for (const pending of this.#pending.values()) pending.inFlight = false;
  }

  /**
   * A server that was restored from a backup knows fewer numbers than it once answered. It would wait for ever for
   * those between, so what is unanswered is numbered afresh; the transactions' ids still keep them from counting twice.
   */
  greet(lastMutation: number): void {
    const open = this.#open().filter(({ mutation }) => mutation !== null);
    const first = open[0]?.mutation ?? this.#lastMutation + 1;
    if (first <= lastMutation + 1) {
      this.#lastMutation = Math.max(this.#lastMutation, lastMutation);
      return;
    }
    for (const pending of open) pending.mutation = null;
    this.#lastMutation = lastMutation;
  }

  /**
   * The next transactions for one frame, in order; they count as in flight from now on. One that alone is larger than
   * a frame is given to `tooLarge` instead, and never gets a number.
   */
  take(limit: Batch, tooLarge: (pending: Pending) => void): readonly PushedTransaction[] {
    const taken: PushedTransaction[] = [];
    let bytes = 0;
    for (const pending of this.#open()) {
      if (pending.inFlight) continue;
      if (taken.length >= limit.transactions) break;
      const transaction = {
        mutation: pending.mutation ?? this.#lastMutation + 1,
        id: pending.id,
        schema: contract.schema,
        operations: pending.operations,
      };
      const size = sizeOf(transaction);
      if (size > limit.bytes) {
        tooLarge(pending);
        continue;
      }
      if (bytes + size > limit.bytes) break;
      bytes += size;
      if (pending.mutation === null) this.#lastMutation = pending.mutation = transaction.mutation;
      pending.inFlight = true;
      taken.push(transaction);
    }
    return taken;
  }

  inFlight(): number {
    return this.#open().filter((pending) => pending.inFlight).length;
  }

  #open(): Pending[] {
    return [...this.#pending.values()].filter(({ seq }) => seq === null);
  }
}

function sizeOf(transaction: PushedTransaction): number {
  // One more for the comma between two.
  return new TextEncoder().encode(JSON.stringify(transaction)).length + 1;
}
