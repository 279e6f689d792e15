import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import type { Agenda, Owner } from "./agenda";

/** How an operation of the disk fails: as the browser names it. */
export type Fault = "QuotaExceededError" | "UnknownError";

/** What of fake-indexeddb it does not promise: every step of a transaction passes through these. */
interface Inner {
  readonly db: Connection;
  readonly mode: string;
  readonly _requests: readonly { readonly request: { readonly readyState: string } }[];
  readonly _state: string;
  _started: boolean;
  _abort(error: string | null): void;
  _markFinished(): void;
  _execRequestAsync(asked: { operation(): unknown }): unknown;
  _start(): void;
}

interface Connection extends IDBDatabase {
  readonly _rawDatabase: { readonly transactions: readonly Inner[]; processTransactions(): void };
}

interface Whose {
  readonly disk: Disk;
  readonly page: Owner;
}

const inner = IDBTransaction.prototype as unknown as Inner;
const { _start: start, _execRequestAsync: ask } = inner;
const connections = new WeakMap<IDBDatabase, Whose>();
const reallySoon = globalThis.setImmediate;
let agenda: Agenda;

/** Everything that follows at once has happened: IndexedDB and the engine have nothing left but what is on the agenda. */
export function drained(): Promise<void> {
  return new Promise((resolve) => reallySoon(resolve));
}

/** From now on IndexedDB goes on when the agenda lets it. */
export function follow(next: Agenda): void {
  agenda = next;
  globalThis.setImmediate = ((action: () => void) => {
    if (agenda.turn) agenda.add(agenda.turn, "disk", action);
  }) as typeof setImmediate;
}

inner._start = function (this: Inner): void {
  const whose = connections.get(this.db);
  if (whose && agenda.turn !== whose.page) {
    // The end of another page's transaction lets this one begin: in the page that it belongs to.
    this._started = true;
    agenda.add(whose.page, "disk", () => this._start());
    return;
  }
  const fault = whose && isAtEnd(this) && this.mode === "readwrite" ? whose.disk.nextFault() : undefined;
  if (fault) this._abort(fault);
  else start.call(this);
};

inner._execRequestAsync = function (this: Inner, asked): unknown {
  const fault = connections.get(this.db)?.disk.nextFault();
  if (!fault) return ask.call(this, asked);
  const operation = (): never => {
    throw new DOMException("The disk failed.", fault);
  };
  return ask.call(this, { ...asked, operation });
};

function isAtEnd({ _state, _requests }: Inner): boolean {
  return _state !== "finished" && _requests.every(({ request }) => request.readyState === "done");
}

/** What a browser keeps: IndexedDB, as slow as the agenda and as unsound as the simulator wants it. */
export class Disk {
  readonly factory = new IDBFactory();
  readonly #faults = new Map<number, Fault>();
  readonly #open = new Map<Owner, Connection[]>();
  #operations = 0;

  /** The operation after so many others fails: a request, or the end of a transaction that writes. */
  failAfter(operations: number, fault: Fault): void {
    this.#faults.set(this.#operations + 1 + operations, fault);
  }

  heal(): void {
    this.#faults.clear();
  }

  nextFault(): Fault | undefined {
    return this.#faults.get(++this.#operations);
  }

  /** Runs what opens a database for the page, which is all that uses it. */
  openFor<Answer>(page: Owner, work: () => Answer): Answer {
    const open = this.factory.open.bind(this.factory);
    globalThis.indexedDB = this.factory;
    this.factory.open = (...names) => {
      const request = open(...names);
      request.addEventListener("success", () => {
        const connection = request.result as unknown as Connection;
        connections.set(connection, { disk: this, page });
        if (page.isGone) connection.close();
        else this.#open.set(page, [...(this.#open.get(page) ?? []), connection]);
      });
      return request;
    };
    try {
      return work();
    } finally {
      this.factory.open = open;
    }
  }

  /**
   * The page is gone: what it had not ended is undone, or done where there was nothing left to ask, and holds up nobody.
   *
   * @param isDone decides between these two
   */
  drop(page: Owner, isDone: () => boolean): void {
    for (const connection of this.#open.get(page) ?? []) {
      const { _rawDatabase: database } = connection;
      for (const transaction of [...database.transactions]) {
        if (transaction.db !== connection || transaction._state === "finished") continue;
        if (transaction._started && isAtEnd(transaction) && isDone()) transaction._markFinished();
        else transaction._abort(null);
      }
      connection.close();
      database.processTransactions();
    }
    this.#open.delete(page);
  }
}
