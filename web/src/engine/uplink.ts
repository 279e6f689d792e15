import type { ScopeName } from "@/contract/contract";
import { Connection } from "./connection";
import type { Environment } from "./environment";
import type { Journal } from "./journal";
import { contract, scopeNames } from "./metadata";
import type { Model } from "./model";
import type { ClientFrame, Limits, RecordRef, Result, ServerFrame, WireRecord } from "./protocol";
import type { Pending } from "./queue";
import type { Following, Step } from "./store";

type Frame<T extends ServerFrame["t"]> = Extract<ServerFrame, { t: T }>;

/** Of a frame, what the words around its transactions take. */
const envelope = 64;
const longestBackOff = 15_000;

export interface UplinkListener {
  /** A frame or a change of the line was worked on. */
  turned(): void;
  /** The line changed, and other tabs show it too. */
  lineChanged(): void;
  /** All that the server had to say was heard. */
  live(): void;
  /** The server knows of a tab that leads under a higher number. */
  superseded(): void;
}

/** What the leading tab says to the server, and what it makes of the answers. */
export class Uplink {
  readonly #environment: Environment;
  readonly #workspace: string;
  readonly #model: Model;
  readonly #journal: Journal;
  readonly #listener: UplinkListener;
  readonly #connection: Connection;
  #browser = "";
  /** The number under which this tab leads; `null` while it does not. */
  #leader: number | null = null;
  #limits: Limits = { frameBytes: 0, transactions: 0, operations: 0 };
  #looking: RecordRef | null = null;
  #retries = 0;
  #cancelPause: (() => void) | null = null;
  #followed: Following | null = null;
  /** Grows with each connection, so that what was meant for one is not said on the next. */
  #life = 0;

  constructor(
    environment: Environment,
    workspace: string,
    model: Model,
    journal: Journal,
    listener: UplinkListener,
  ) {
    this.#environment = environment;
    this.#workspace = workspace;
    this.#model = model;
    this.#journal = journal;
    this.#listener = listener;
    this.#connection = new Connection(environment, {
      stateChanged: () => this.#turn(() => this.#connectionChanged()),
      hello: () => this.#hello(),
      frame: (frame) => this.#turn(() => this.#receive(frame)),
    });
  }

  get isLeading(): boolean {
    return this.#leader !== null;
  }

  /** What is known of the scopes that are not kept, and how far it follows the log. */
  get known(): Step {
    const { unkept } = this.#model.records;
    const { scopes } = this.#following;
    const whole = [...unkept].filter((scope) => scopes[scope] === "ready");
    return { records: this.#model.records.of(whole), whole, following: this.#following };
  }

  lead(leader: number, browser: string): void {
    this.#leader = leader;
    this.#browser = browser;
    this.#followed = null;
    this.#model.draft = () => this.#journal.draft;
    this.#connection.start();
  }

  /** Another tab leads: the line goes, and what it said in the middle of something is forgotten. */
  resign(): void {
    this.#leader = null;
    this.#model.draft = null;
    this.#connection.end("stopped");
  }

  start(): void {
    if (this.isLeading) this.#connection.start();
  }

  bring(records: readonly WireRecord[]): void {
    this.#turn(() => this.#model.records.bring(records));
  }

  tryNow(): void {
    this.#connection.tryNow();
  }

  look(record: RecordRef | null): void {
    this.#looking = record;
    if (this.#connection.isUp) this.#connection.send({ t: "here", record });
  }

  /** Sends what waits, as far as the server may be asked to hold at once, and not before it is kept under its number. */
  flush(): void {
    if (!this.#connection.isUp || this.#cancelPause) return;
    const { transactions, frameBytes } = this.#limits;
    for (;;) {
      const room = {
        transactions: transactions - this.#model.queue.inFlight(),
        bytes: frameBytes - envelope,
      };
      const batch = this.#model.queue.take(
        room,
        (pending) => this.#tooLarge(pending),
        (pending) => this.#model.note(pending),
      );
      if (batch.length === 0) return;
      const life = this.#life;
      this.#journal.draft.afterwards(() => {
        if (life === this.#life) this.#connection.send({ t: "push", transactions: batch });
      });
    }
  }

  /** What changed in the work goes into one step, and listeners hear of it when all of it is done. */
  #turn(work: () => void): void {
    this.#model.topics.batch(() => {
      work();
      this.keep();
      this.#listener.turned();
    });
  }

  /** Writes what the model noted, with how far it follows the log by now. */
  keep(): void {
    if (!this.isLeading) return;
    const following = this.#following;
    if (!this.#followed || !sameFollowing(following, this.#followed)) {
      this.#followed = following;
      this.#journal.draft.follow(following);
    }
    this.#journal.commit();
  }

  get #following(): Following {
    const { records, line } = this.#model;
    const { resume, scopeStates: scopes, windows } = records;
    return { ...resume, scopes, ...(windows.length > 0 && { windows }), me: line.me };
  }

  #hello(): ClientFrame {
    const { protocol: proto, schema } = contract;
    return {
      t: "hello",
      proto,
      schema,
      browser: this.#browser,
      leader: this.#leader ?? 0,
      workspace: this.#workspace,
      ...this.#model.records.resume,
      scopes: scopeNames,
    };
  }

  #receive(frame: ServerFrame): void {
    const { records, queue } = this.#model;
    switch (frame.t) {
      case "welcome":
        this.#welcome(frame);
        break;
      case "subOk":
        if (!records.answer(frame)) this.#resubscribe([frame.scope]);
        break;
      case "subErr":
        records.refuse([frame.scope]);
        break;
      case "result":
        for (const result of frame.results) this.#answered(result);
        this.flush();
        break;
      case "delta":
        for (const { tx, seq } of frame.items) {
          const pending = queue.entered(tx, seq);
          if (pending) this.#model.note(pending);
        }
        this.#resubscribe(records.apply(frame));
        break;
      case "nudge":
        records.advance(frame.head);
        break;
      case "revoke":
        this.#revoke(frame);
        break;
      case "me":
        this.#setLine({ me: frame.me });
        records.follow(frame.me.access);
        // What my old rights could not read, my new ones may.
        this.#resubscribe(records.expectRefused());
        break;
      case "presence":
        this.#setLine({ people: frame.people });
        break;
      case "error":
        this.#failed(frame);
        break;
    }
    this.#model.showConfirmed();
    if (records.settled) this.#connection.live();
  }

  #welcome(frame: Frame<"welcome">): void {
    if (this.#model.user !== frame.me.user) {
      // Someone else signed in on this page: what waits here is not theirs to send.
      this.#connection.end("signedOut");
      return;
    }
    if (contract.schema < frame.schema.min || contract.schema > frame.schema.max) {
      this.#connection.end("outdated");
      return;
    }
    const { records, queue } = this.#model;
    this.#limits = frame.limits;
    this.#setLine({ me: frame.me, error: null });
    records.begin(frame);
    records.follow(frame.me.access);
    if (frame.reset) for (const pending of queue.forgetSequence()) this.#model.note(pending);
    for (const pending of queue.greet(frame.lastMutation)) this.#model.note(pending);
    this.#endPause();
    if (this.#looking) this.#connection.send({ t: "here", record: this.#looking });
    this.flush();
  }

  #revoke({ id, scopes, records: gone, me }: Frame<"revoke">): void {
    const { records } = this.#model;
    records.refuse(scopes);
    records.forget(gone);
    this.#setLine({ me });
    records.follow(me.access);
    this.#model.forgetUnread();
    const life = this.#life;
    // Forgotten is what is on the disk no more.
    this.#journal.draft.afterwards(() => {
      if (life === this.#life) this.#connection.send({ t: "revoked", id });
    });
    // What my old rights could not read, my new ones may.
    this.#resubscribe(records.expectRefused(scopes));
  }

  #resubscribe(scopes: readonly ScopeName[]): void {
    if (scopes.length > 0) this.#connection.send({ t: "sub", add: scopes, remove: scopes });
  }

  #answered(result: Result): void {
    const pending = this.#model.queue.get(result.id);
    if (!pending || pending.seq !== null) return;
    switch (result.outcome) {
      case "applied":
      case "duplicate":
        this.#model.applied(pending, result.seq);
        break;
      case "conflict":
      case "rejected":
        this.#model.refuse(pending, result);
        break;
      case "retry":
        pending.inFlight = false;
        this.#pause(result.afterMs);
        return;
    }
    this.#retries = 0;
  }

  /** The server would close the socket on such a frame, again and again. */
  #tooLarge(pending: Pending): void {
    const max = this.#limits.frameBytes;
    const error = {
      type: "about:blank",
      title: "Too large to send",
      status: 413,
      detail: `A transaction must fit into a frame of ${max} bytes.`,
      code: "frame.too_large",
      params: { max },
    } as const;
    this.#model.refuse(pending, { outcome: "rejected", error });
  }

  #pause(afterMs: number): void {
    if (this.#cancelPause) return;
    const spread = Math.min(longestBackOff, afterMs * 2 ** this.#retries++);
    this.#cancelPause = this.#environment.after(afterMs + spread * this.#environment.random(), () => {
      this.#cancelPause = null;
      this.#turn(() => this.flush());
    });
  }

  #endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = null;
  }

  #failed({ error }: Frame<"error">): void {
    this.#setLine({ error });
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
      case "browser.superseded":
        this.#listener.superseded();
        break;
      case "frame.out_of_order":
        // The two sides disagree about what was sent; greeting each other settles it.
        this.#connection.reconnect();
        break;
    }
  }

  #connectionChanged(): void {
    if (!this.#connection.isUp) {
      this.#life++;
      this.#model.queue.connectionLost();
      this.#endPause();
      if (this.#model.line.people.length > 0) this.#setLine({ people: [] });
    }
    if (this.#connection.state === "removed") this.#model.records.drop();
    this.#setLine({ connection: this.#connection.state });
    if (this.#connection.state === "live") this.#listener.live();
  }

  #setLine(line: Partial<Model["line"]>): void {
    this.#model.setLine(line);
    this.#listener.lineChanged();
  }
}

function sameFollowing(a: Following, b: Following): boolean {
  return (
    a.epoch === b.epoch &&
    a.cursor?.seq === b.cursor?.seq &&
    a.cursor?.tx === b.cursor?.tx &&
    a.access === b.access &&
    a.me === b.me &&
    a.windows?.join() === b.windows?.join() &&
    scopeNames.every((scope) => a.scopes[scope] === b.scopes[scope])
  );
}
