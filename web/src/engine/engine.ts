import type { Permission, RecordTypeName, ScopeName } from "@/contract/contract";
import { Connection } from "./connection";
import { browserEnvironment, type Environment } from "./environment";
import { contract, scopeNames } from "./metadata";
import { Overlay } from "./overlay";
import type {
  ClientFrame,
  Guard,
  Limits,
  Me,
  Operation,
  Problem,
  RecordRef,
  Result,
  ServerFrame,
} from "./protocol";
import { type Pending, Queue } from "./queue";
import { RecentChanges } from "./recent";
import { Records } from "./records";
import { Topics } from "./topics";
import type {
  DeadLetter,
  Engine,
  RecentChange,
  Settled,
  Status,
  Topic,
  TransactionHandle,
  View,
} from "./types";

export interface EngineOptions {
  /** The workspace's id. */
  readonly workspace: string;
  readonly environment?: Environment;
}

/**
 * The engine of one person in one workspace: give another person another engine. It holds everything in memory, so
 * it lives as long as the page.
 */
export function createEngine(options: EngineOptions): Engine {
  return new WorkspaceEngine(options);
}

type Frame<T extends ServerFrame["t"]> = Extract<ServerFrame, { t: T }>;

/** Of a frame, what the words around its transactions take. */
const envelope = 64;
const longestBackOff = 15_000;
const nobody: readonly string[] = [];

class WorkspaceEngine implements Engine {
  readonly workspace: string;
  readonly #environment: Environment;
  readonly #browser: string;
  readonly #topics = new Topics();
  readonly #records: Records;
  readonly #overlay: Overlay;
  readonly #queue = new Queue();
  readonly #recent: RecentChanges;
  readonly #connection: Connection;
  #me: Me | null = null;
  #limits: Limits = { frameBytes: 0, transactions: 0, operations: 0 };
  #error: Problem | null = null;
  #status: Status;
  #letters: readonly DeadLetter[] = [];
  #looking: RecordRef | null = null;
  #presence = new Map<string, readonly string[]>();
  #retries = 0;
  #cancelPause: (() => void) | null = null;

  constructor({ workspace, environment = browserEnvironment() }: EngineOptions) {
    this.workspace = workspace;
    this.#environment = environment;
    this.#browser = environment.newId();
    this.#records = new Records({
      changed: (type, id) => this.#recordChanged(type, id),
      arrived: (item, record) => {
        const isMine = item.actor !== null && item.actor === this.#me?.user;
        if (!isMine) this.#recent.add(item, record);
        else if ("set" in record) this.#recent.end(record, Object.keys(record.set));
        this.#topics.changed("recent");
      },
    });
    this.#overlay = new Overlay(this.#records);
    this.#recent = new RecentChanges(environment, () =>
      this.#topics.batch(() => this.#topics.changed("recent")),
    );
    this.#connection = new Connection(environment, {
      stateChanged: () => this.#topics.batch(() => this.#connectionChanged()),
      hello: () => this.#hello(),
      frame: (frame) => this.#topics.batch(() => this.#receive(frame)),
    });
    this.#status = this.#readStatus();
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#connection.end("stopped");
  }

  tryNow(): void {
    this.#connection.tryNow();
  }

  transact(operations: readonly Operation[]): TransactionHandle {
    if (operations.length === 0) throw new Error("A transaction needs at least one operation.");
    const id = this.#environment.newId();
    const settled = new Promise<Settled>((settle) => {
      const pending: Pending = {
        id,
        operations,
        at: new Date(this.#environment.now()).toISOString(),
        by: this.#me?.user ?? null,
        settle,
        mutation: null,
        inFlight: false,
        seq: null,
        entry: null,
      };
      this.#topics.batch(() => {
        this.#queue.add(pending);
        this.#overlay.show(pending);
        for (const operation of operations) {
          if (operation.op === "set") this.#recent.end(operation, [operation.field]);
        }
        this.#topics.changed("recent");
        this.#viewsChanged(operations);
        this.#statusChanged();
        this.#flush();
      });
    });
    return { id, settled };
  }

  records<T extends RecordTypeName>(type: T): readonly View<T>[] {
    return this.#overlay.list(type) as readonly View<T>[];
  }

  record<T extends RecordTypeName>(type: T, id: string): View<T> | undefined {
    return this.#overlay.record(type, id) as View<T> | undefined;
  }

  status(): Status {
    return this.#status;
  }

  me(): Me | null {
    return this.#me;
  }

  can(permission: Permission): boolean {
    return this.#me?.permissions.includes(permission) ?? false;
  }

  look(record: RecordRef | null): void {
    this.#looking = record;
    if (this.#connection.isUp) this.#connection.send({ t: "here", record });
  }

  presence(record: RecordRef): readonly string[] {
    return this.#presence.get(keyOf(record)) ?? nobody;
  }

  recentChange(record: RecordRef, field?: string): RecentChange | null {
    return this.#recent.get(record, field);
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#letters;
  }

  retry(id: string, operations?: readonly Operation[]): TransactionHandle {
    const letter = this.#letters.find((one) => one.id === id);
    if (!letter) throw new Error(`There is no refused transaction ${id}.`);
    return this.#topics.batch(() => {
      this.discard(id);
      return this.transact((operations ?? letter.operations).map((operation) => this.#renewGuard(operation)));
    });
  }

  discard(id: string): void {
    const letter = this.#letters.find((one) => one.id === id);
    if (!letter) return;
    this.#topics.batch(() => {
      this.#letters = this.#letters.filter((one) => one !== letter);
      this.#overlay.forgive(letter);
      this.#viewsChanged(letter.operations);
      this.#topics.changed("deadLetters");
    });
  }

  pendingCount(): number {
    return this.#queue.unanswered;
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    return this.#topics.subscribe(topic, listener);
  }

  #hello(): ClientFrame {
    const { protocol: proto, schema } = contract;
    const { browser, workspace } = { browser: this.#browser, workspace: this.workspace };
    return {
      t: "hello",
      proto,
      schema,
      browser,
      workspace,
      ...this.#records.resume,
      scopes: scopeNames,
    };
  }

  #receive(frame: ServerFrame): void {
    switch (frame.t) {
      case "welcome":
        this.#welcome(frame);
        break;
      case "subOk":
        if (!this.#records.answer(frame)) this.#resubscribe([frame.scope]);
        break;
      case "subErr":
        this.#records.refuse([frame.scope]);
        break;
      case "result":
        for (const result of frame.results) this.#answered(result);
        this.#flush();
        break;
      case "delta":
        for (const { tx, seq } of frame.items) this.#queue.entered(tx, seq);
        this.#resubscribe(this.#records.apply(frame));
        break;
      case "nudge":
        this.#records.advance(frame.head);
        break;
      case "revoke":
        this.#records.refuse(frame.scopes);
        this.#records.forget(frame.records);
        this.#setMe(frame.me);
        this.#records.follow(frame.me.access);
        this.#connection.send({ t: "revoked", id: frame.id });
        // What my old rights could not read, my new ones may.
        this.#resubscribe(this.#records.expectRefused(frame.scopes));
        break;
      case "me":
        this.#setMe(frame.me);
        this.#records.follow(frame.me.access);
        // What my old rights could not read, my new ones may.
        this.#resubscribe(this.#records.expectRefused());
        break;
      case "presence":
        this.#setPresence(frame);
        break;
      case "error":
        this.#failed(frame.error);
        break;
    }
    this.#caughtUp();
  }

  #welcome(frame: Frame<"welcome">): void {
    if (this.#me && this.#me.user !== frame.me.user) {
      // Someone else signed in on this page: what waits here is not theirs to send.
      this.#connection.end("signedOut");
      return;
    }
    if (contract.schema < frame.schema.min || contract.schema > frame.schema.max) {
      this.#connection.end("outdated");
      return;
    }
    this.#limits = frame.limits;
    this.#error = null;
    this.#setMe(frame.me);
    this.#records.begin(frame);
    this.#records.follow(frame.me.access);
    if (frame.reset) this.#queue.forgetSequence();
    this.#queue.greet(frame.lastMutation);
    this.#endPause();
    if (this.#looking) this.#connection.send({ t: "here", record: this.#looking });
    this.#flush();
  }

  #resubscribe(scopes: readonly ScopeName[]): void {
    if (scopes.length > 0) this.#connection.send({ t: "sub", add: scopes, remove: scopes });
  }

  /** Transactions leave the overlay when, and not before, the confirmed records show them. */
  #caughtUp(): void {
    for (const pending of this.#queue.shownAt(this.#records.upTo)) {
      this.#queue.remove(pending);
      this.#overlay.hide(pending);
      this.#viewsChanged(pending.operations);
    }
    if (this.#records.settled) this.#connection.live();
    this.#statusChanged();
  }

  #answered(result: Result): void {
    const pending = this.#queue.get(result.id);
    if (!pending || pending.seq !== null) return;
    switch (result.outcome) {
      case "applied":
      case "duplicate":
        this.#queue.applied(pending, result.seq);
        this.#viewsChanged(pending.operations);
        pending.settle({ outcome: "applied", seq: result.seq });
        break;
      case "conflict":
        this.#refused(pending, "conflict", result.error, result.current, result.conflicts);
        break;
      case "rejected":
        this.#refused(pending, "rejected", result.error);
        break;
      case "retry":
        pending.inFlight = false;
        this.#pause(result.afterMs);
        return;
      case "signIn":
        this.#connection.end("signedOut");
        return;
    }
    this.#retries = 0;
  }

  #refused(
    pending: Pending,
    outcome: DeadLetter["outcome"],
    error: Problem,
    current: DeadLetter["current"] = [],
    conflicts: DeadLetter["conflicts"] = [],
  ): void {
    const { id, operations } = pending;
    const at = new Date(this.#environment.now()).toISOString();
    const letter: DeadLetter = { id, operations, outcome, error, current, conflicts, at };
    this.#letters = [...this.#letters, letter];
    this.#queue.remove(pending);
    this.#overlay.hide(pending);
    this.#overlay.fail(letter);
    this.#viewsChanged(operations);
    this.#topics.changed("deadLetters");
    pending.settle({ outcome, error });
  }

  /** Sends what waits, as far as the server may be asked to hold at once. */
  #flush(): void {
    if (!this.#connection.isUp || this.#cancelPause) return;
    const { transactions, frameBytes } = this.#limits;
    for (;;) {
      const room = { transactions: transactions - this.#queue.inFlight(), bytes: frameBytes - envelope };
      const batch = this.#queue.take(room, (pending) => this.#tooLarge(pending));
      if (batch.length === 0) return;
      this.#connection.send({ t: "push", transactions: batch });
    }
  }

  /** The server would close the socket on such a frame, again and again. */
  #tooLarge(pending: Pending): void {
    const max = this.#limits.frameBytes;
    this.#refused(pending, "rejected", {
      type: "about:blank",
      title: "Too large to send",
      status: 413,
      detail: `A transaction must fit into a frame of ${max} bytes.`,
      code: "frame.too_large",
      params: { max },
    });
    this.#statusChanged();
  }

  #pause(afterMs: number): void {
    if (this.#cancelPause) return;
    const spread = Math.min(longestBackOff, afterMs * 2 ** this.#retries++);
    this.#cancelPause = this.#environment.after(afterMs + spread * this.#environment.random(), () => {
      this.#cancelPause = null;
      this.#flush();
    });
  }

  #endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = null;
  }

  #failed(error: Problem): void {
    this.#error = error;
    this.#statusChanged();
    switch (error.code) {
      case "protocol.unsupported":
        this.#connection.end("outdated");
        break;
      case "workspace.not_found":
        this.#connection.end("removed");
        break;
      case "session.ended":
      case "browser.not_yours":
        this.#connection.end("signedOut");
        break;
      case "frame.out_of_order":
        // The two sides disagree about what was sent; greeting each other settles it.
        this.#connection.reconnect();
        break;
    }
  }

  #connectionChanged(): void {
    if (!this.#connection.isUp) {
      this.#queue.connectionLost();
      this.#endPause();
      if (this.#presence.size > 0) this.#setPresence({ t: "presence", people: [] });
    }
    this.#statusChanged();
  }

  #setMe(me: Me): void {
    this.#me = me;
    this.#topics.changed("me");
  }

  #setPresence({ people }: Frame<"presence">): void {
    const users = new Map<string, Set<string>>();
    for (const { user, record } of people) {
      if (user === this.#me?.user) continue;
      const key = keyOf(record);
      users.set(key, (users.get(key) ?? new Set()).add(user));
    }
    this.#presence = new Map([...users].map(([key, set]) => [key, [...set]]));
    this.#topics.changed("presence");
  }

  #renewGuard(operation: Operation): Operation {
    const version = this.#records.get(operation.type, operation.id)?.version;
    if (!operation.guard || version === undefined) return operation;
    const guards: readonly Guard[] = [operation.guard].flat();
    return { ...operation, guard: guards.map((guard) => ("version" in guard ? { version } : guard)) };
  }

  #viewsChanged(operations: readonly Operation[]): void {
    for (const { type, id } of operations) this.#recordChanged(type, id);
  }

  #recordChanged(type: RecordTypeName, id: string): void {
    this.#overlay.changed(type, id);
    this.#topics.changed(type, `${type}/${id}`);
  }

  #statusChanged(): void {
    const status = this.#readStatus();
    if (sameStatus(status, this.#status)) return;
    this.#status = status;
    this.#topics.changed("status");
  }

  #readStatus(): Status {
    return {
      connection: this.#connection.state,
      pending: this.#queue.unanswered,
      scopes: this.#records.scopeStates,
      error: this.#error,
    };
  }
}

function sameStatus(a: Status, b: Status): boolean {
  return (
    a.connection === b.connection &&
    a.pending === b.pending &&
    a.error === b.error &&
    scopeNames.every((scope) => a.scopes[scope] === b.scopes[scope])
  );
}

function keyOf({ type, id }: RecordRef): string {
  return `${type}/${id}`;
}
