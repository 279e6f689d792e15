import type { ErrorCode, ScopeName } from "@/contract/contract";
import type { Socket, SocketEvents } from "../environment";
import { contract, fieldMeta, scopeNames } from "../metadata";
import { apply } from "../operations";
import type {
  ClientFrame,
  Conflict,
  DeltaItem,
  DeltaRecord,
  Me,
  Operation,
  Position,
  Problem,
  PushedTransaction,
  Result,
  ServerFrame,
  WireRecord,
} from "../protocol";
import { guardFault, uniqueFault } from "./guards";

/** What the server sends travels on lanes that may overtake one another, as its own tasks do. */
export type Lane = "deltas" | "snapshots" | "results";

type Welcome = Extract<ServerFrame, { t: "welcome" }>;
type Stored = Exclude<Result, { outcome: "retry" }>;

/**
 * A server in memory that speaks the protocol, without the database. Nothing moves by itself: a test decides when it
 * reads a frame (`read`) and when one of its frames arrives (`deliver`), and so can try every interleaving.
 */
export class FakeServer {
  /** How many records of a scope a snapshot holds at most, the newest. */
  mostAtOnce = Number.POSITIVE_INFINITY;
  readonly log: DeltaItem[] = [];
  readonly links: Link[] = [];
  readonly #records = new Map<string, WireRecord>();
  readonly #outcomes = new Map<string, Stored[]>();
  readonly #deleted = new Map<string, WireRecord>();
  readonly #leaders = new Map<string, { readonly leader: number; readonly link: Link }>();
  /** How often each transaction was applied, by its id. */
  readonly applications = new Map<string, number>();
  epoch = "epoch-1";
  /** Whether too much was missed to tell it entry by entry. */
  onlySnapshots = false;
  /** What the next transactions are answered with, instead of being judged. */
  readonly passing: "retry"[] = [];
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  get head(): Position {
    return { seq: this.log.length, tx: this.log.at(-1)?.tx ?? null };
  }

  get records(): readonly WireRecord[] {
    return [...this.#records.values()];
  }

  record(id: string): WireRecord | undefined {
    return this.#records.get(id);
  }

  connect(user: string, events: SocketEvents): Socket {
    const link = new Link(this, user, events);
    this.links.push(link);
    return link;
  }

  /** Somebody who needs no connection writes. */
  write(actor: string | null, operations: readonly Operation[]): void {
    const id = `outside-${this.log.length + 1}`;
    const result = this.#judge(actor, null, { mutation: 0, id, schema: contract.schema, operations });
    if (result.outcome !== "applied") throw new Error(`Refused: ${JSON.stringify(result)}`);
  }

  /** A backup is restored that knows only the first entries of the log. */
  restore(seq: number): void {
    const kept = this.log.slice(0, seq);
    this.log.length = 0;
    this.#records.clear();
    this.#deleted.clear();
    this.epoch = `${this.epoch}+`;
    for (const [browser, outcomes] of this.#outcomes) {
      const known = outcomes.filter((one) => !("seq" in one) || one.seq <= seq);
      // The ledger is as old as the log: what was answered later is forgotten.
      this.#outcomes.set(
        browser,
        known.filter((one, index) => one.mutation === index + 1),
      );
    }
    for (const item of kept) {
      this.log.push(item);
      for (const record of item.records) this.#store(item, record);
    }
    this.applications.clear();
    for (const { tx } of kept) this.applications.set(tx, 1);
    for (const link of [...this.links]) link.cut();
  }

  /** Whether this tab may speak for the browser; then whoever spoke before may no more. */
  speaks(browser: string, leader: number, link: Link): boolean {
    const before = this.#leaders.get(browser);
    if (before && before.leader > leader) return false;
    this.#leaders.set(browser, { leader, link });
    if (before && before.leader < leader && before.link.stands) {
      before.link.say({ t: "error", error: problem("browser.superseded") });
      before.link.cut(1008);
    }
    return true;
  }

  lastMutation(browser: string): number {
    return this.#outcomes.get(browser)?.at(-1)?.mutation ?? 0;
  }

  snapshot(scope: ScopeName): readonly WireRecord[] {
    return this.records.filter((record) => contract.records[record.type].scope === scope);
  }

  push(actor: string, browser: string, transaction: PushedTransaction): Result | "outOfOrder" {
    const { mutation, id } = transaction;
    const outcomes = this.#outcomes.get(browser) ?? [];
    const stored = outcomes[mutation - 1];
    if (stored) {
      if (stored.id !== id)
        return { mutation, id, outcome: "rejected", error: problem("transaction.id_taken") };
      return "seq" in stored ? { ...stored, outcome: "duplicate" } : stored;
    }
    if (mutation !== outcomes.length + 1) return "outOfOrder";
    const passing = this.passing.shift();
    if (passing === "retry") return { mutation, id, outcome: "retry", afterMs: 100 };
    const result = this.applications.has(id)
      ? { mutation, id, outcome: "rejected" as const, error: problem("transaction.id_taken") }
      : this.#judge(actor, browser, transaction);
    this.#outcomes.set(browser, [...outcomes, result]);
    return result;
  }

  #judge(
    actor: string | null,
    browser: string | null,
    { mutation, id, operations }: PushedTransaction,
  ): Stored {
    const at = new Date(this.now()).toISOString();
    const before = new Map<string, WireRecord | undefined>();
    const after = new Map<string, WireRecord | undefined>();
    const deleted = new Map(this.#deleted);
    for (const operation of operations) {
      const held = after.has(operation.id) ? after.get(operation.id) : this.#records.get(operation.id);
      if (!before.has(operation.id)) before.set(operation.id, held);
      const others = [...this.#records.keys(), ...after.keys()].flatMap(
        (key) => (after.has(key) ? after.get(key) : this.#records.get(key)) ?? [],
      );
      const { fault, record } = judgeOne(operation, held, deleted.get(operation.id), others, {
        head: this.log.length,
        at,
        by: actor,
      });
      if (fault === "record.changed" || fault === "record.not_unique") {
        const kept = this.#records.get(operation.id);
        const said = kept ? { current: [kept], conflicts: [conflictOf(operation, operations, kept)] } : {};
        return { mutation, id, outcome: "conflict", error: problem(fault), ...said };
      }
      if (fault) return { mutation, id, outcome: "rejected", error: problem(fault) };
      if (held && !record) deleted.set(operation.id, held);
      if (record) deleted.delete(operation.id);
      after.set(operation.id, record);
    }
    this.applications.set(id, (this.applications.get(id) ?? 0) + 1);
    const seq = this.log.length + 1;
    const records = [...after].flatMap(([recordId, record]) => change(seq, before.get(recordId), record));
    if (records.length === 0) return { mutation, id, outcome: "applied", seq: seq - 1 };
    const item = { seq, tx: id, at, actor, browser, records };
    this.log.push(item);
    for (const record of records) this.#store(item, record);
    for (const link of this.links) link.publish(item);
    return { mutation, id, outcome: "applied", seq };
  }

  #store({ at, actor }: DeltaItem, record: DeltaRecord): void {
    const { type, id, version } = record;
    const touched = { version, updatedAt: at, updatedBy: actor };
    const held = this.#records.get(id);
    if ("deleted" in record || "leave" in record) {
      if (held) this.#deleted.set(id, held);
      this.#records.delete(id);
    } else if ("enter" in record) {
      this.#deleted.delete(id);
      const { createdAt, createdBy, values } = record;
      this.#records.set(id, { type, id, createdAt, createdBy, ...touched, values });
    } else if (held)
      this.#records.set(id, { ...held, ...touched, values: { ...held.values, ...record.set } });
  }
}

/** The server's end of one socket. */
export class Link implements Socket {
  readonly #server: FakeServer;
  readonly #events: SocketEvents;
  readonly user: string;
  /** What the browser sent on this socket and the server has read. */
  readonly heard: ClientFrame[] = [];
  readonly #inbox: ClientFrame[] = [];
  readonly #lanes: Record<Lane, ServerFrame[]> = { deltas: [], snapshots: [], results: [] };
  #browser: string | null = null;
  #welcomed = false;
  #sentUpTo = 0;
  isOpen = false;

  constructor(server: FakeServer, user: string, events: SocketEvents) {
    this.#server = server;
    this.user = user;
    this.#events = events;
  }

  get me(): Me {
    return {
      user: this.user,
      member: `member-${this.user}`,
      role: "member",
      permissions: contract.roles.member,
      access: "all of a member's",
    };
  }

  /** Whether the socket stands, opened or about to be. */
  get stands(): boolean {
    return this.#server.links.includes(this);
  }

  open(): void {
    if (this.isOpen || !this.stands) return;
    this.isOpen = true;
    this.#events.open();
  }

  /** The line breaks, with all that was under way on it. */
  cut(code = 1006): void {
    if (!this.stands) return;
    this.#leave();
    this.#events.close(code);
  }

  send(text: string): void {
    if (this.stands) this.#inbox.push(JSON.parse(text));
  }

  close(): void {
    this.#leave();
  }

  /** Whether the server has frames to read. */
  get hasMail(): boolean {
    return this.#inbox.length > 0;
  }

  /** The transactions that the server has read on this socket. */
  get pushed(): readonly PushedTransaction[] {
    return this.heard.flatMap((frame) => (frame.t === "push" ? frame.transactions : []));
  }

  read(): void {
    const frame = this.#inbox.shift();
    if (!frame) return;
    this.heard.push(frame);
    switch (frame.t) {
      case "hello":
        this.#greet(frame);
        break;
      case "sub":
        for (const scope of frame.add) this.#snapshot(scope);
        break;
      case "push":
        this.#push(frame.transactions);
        break;
      case "here":
        break;
    }
  }

  /** Frames that may arrive next. */
  get waiting(): readonly Lane[] {
    return (Object.keys(this.#lanes) as Lane[]).filter((lane) => this.#lanes[lane].length > 0);
  }

  deliver(lane: Lane): ServerFrame | undefined {
    // Nothing overtakes the welcome, which goes first on the lane of the deltas.
    const from = this.#welcomed ? lane : "deltas";
    const frame = this.#lanes[from].shift();
    if (!frame) return undefined;
    this.#welcomed = true;
    this.say(frame);
    return frame;
  }

  /** The next delta never arrives, which no network does: a fault of the server. */
  lose(): void {
    this.#lanes.deltas.shift();
  }

  /** A frame arrives past all lanes. */
  say(frame: ServerFrame): void {
    this.#events.message(JSON.stringify(frame));
  }

  /** Opens, reads and delivers until there is nothing more to do. */
  run(): void {
    this.open();
    while (this.stands) {
      const lane = this.waiting[0];
      if (this.hasMail) this.read();
      else if (lane) this.deliver(lane);
      else return;
    }
  }

  publish(item: DeltaItem): void {
    if (this.#browser === null || item.seq <= this.#sentUpTo) return;
    const to = { seq: item.seq, tx: item.tx };
    this.#lanes.deltas.push({ t: "delta", from: this.#sentUpTo, to, items: [item] });
    this.#sentUpTo = item.seq;
  }

  welcome(differently: Partial<Welcome>): Welcome {
    return {
      t: "welcome",
      proto: 1,
      schema: { min: 1, max: contract.schema },
      epoch: this.#server.epoch,
      head: this.#server.head,
      now: new Date(this.#server.now()).toISOString(),
      lastMutation: 0,
      me: this.me,
      limits: { frameBytes: 102_400, transactions: 100, operations: 100 },
      reset: false,
      ...differently,
    };
  }

  /** The heartbeat, in its place after the deltas sent so far. */
  nudge(): void {
    if (this.#browser === null) return;
    this.#lanes.deltas.push({ t: "nudge", head: this.#server.head });
  }

  #greet({ browser, leader, epoch, cursor }: Extract<ClientFrame, { t: "hello" }>): void {
    if (!this.#server.speaks(browser, leader, this)) {
      this.say({ t: "error", error: problem("browser.superseded") });
      this.cut(1008);
      return;
    }
    const { head, log } = this.#server;
    const same = cursor !== null && (cursor.seq === 0 || log[cursor.seq - 1]?.tx === cursor.tx);
    const reset = cursor !== null && (epoch !== this.#server.epoch || !same || this.#server.onlySnapshots);
    this.#browser = browser;
    this.#sentUpTo = head.seq;
    this.#lanes.deltas.push(this.welcome({ lastMutation: this.#server.lastMutation(browser), reset }));
    if (cursor === null || reset) {
      for (const scope of scopeNames) this.#snapshot(scope);
      return;
    }
    for (const scope of scopeNames) {
      this.#lanes.snapshots.push({ t: "subOk", scope, at: head.seq, unchanged: true });
    }
    const items = log.slice(cursor.seq);
    if (items.length > 0) this.#lanes.deltas.push({ t: "delta", from: cursor.seq, to: head, items });
  }

  #snapshot(scope: ScopeName): void {
    const { head } = this.#server;
    const all = this.#server.snapshot(scope);
    const records = all.slice(Math.max(0, all.length - this.#server.mostAtOnce));
    const more = records.length < all.length && ({ more: true } as const);
    this.#lanes.snapshots.push({ t: "subOk", scope, at: head.seq, records, ...more });
  }

  #push(transactions: readonly PushedTransaction[]): void {
    const results: Result[] = [];
    for (const transaction of transactions) {
      const result = this.#server.push(this.user, this.#browser ?? "", transaction);
      if (result === "outOfOrder") {
        this.#lanes.results.push({ t: "error", error: problem("frame.out_of_order") });
        break;
      }
      results.push(result);
      if (result.outcome === "retry") {
        // Order is kept: what follows waits as well.
        for (const { mutation, id } of transactions.slice(results.length))
          results.push({ ...result, mutation, id });
        break;
      }
    }
    if (results.length > 0) this.#lanes.results.push({ t: "result", results });
  }

  #leave(): void {
    const place = this.#server.links.indexOf(this);
    if (place >= 0) this.#server.links.splice(place, 1);
  }
}

function judgeOne(
  operation: Operation,
  held: WireRecord | undefined,
  deleted: WireRecord | undefined,
  others: readonly WireRecord[],
  { head, at, by }: { readonly head: number; readonly at: string; readonly by: string | null },
): { readonly fault?: ErrorCode | undefined; readonly record?: WireRecord | undefined } {
  const guarded = held && guardFault(operation, held, head);
  if (guarded) return { fault: guarded };
  const applied = apply(held, operation, { at, by }, deleted);
  if ("code" in applied) return { fault: applied.code };
  const { record } = applied;
  return { fault: record && (uniqueFault(operation, record, others) ?? faultOf(record)), record };
}

/** What the server says of a guard that did not hold: of the first, and all that the transaction wanted of that record. */
function conflictOf(refused: Operation, operations: readonly Operation[], kept: WireRecord): Conflict {
  const { type, id } = kept;
  const fields: Record<string, Conflict["fields"][string]> = {};
  const theirs = (field: string) => kept.values[field] ?? null;
  for (const one of operations)
    if (one.op === "set" && one.id === id) fields[one.field] = { mine: one.value, theirs: theirs(one.field) };
  for (const guard of refused.guard ? [refused.guard].flat() : [])
    if ("field" in guard)
      fields[guard.field] = { ...fields[guard.field], base: guard.equals, theirs: theirs(guard.field) };
  return { type, id, fields };
}

function change(seq: number, before: WireRecord | undefined, after: WireRecord | undefined): DeltaRecord[] {
  const record = after ?? before;
  if (!record) return [];
  const { type, id } = record;
  const head = { type, id, version: seq };
  if (!after) return [{ ...head, previous: before?.version ?? 0, deleted: true }];
  if (!before) {
    const { createdAt, createdBy, values } = after;
    return [{ ...head, previous: 0, enter: true, values, createdAt, createdBy }];
  }
  const changed = Object.entries(after.values).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(before.values[field]),
  );
  if (changed.length === 0) return [];
  return [{ ...head, previous: before.version, set: Object.fromEntries(changed) }];
}

function faultOf(record: WireRecord): ErrorCode | undefined {
  for (const [name, value] of Object.entries(record.values)) {
    const meta = fieldMeta(record.type, name);
    if (meta?.required && (value === null || value === "")) return "field.required";
    if (typeof value === "string" && meta?.max !== undefined && value.length > meta.max)
      return "field.too_long";
  }
  return undefined;
}

export function problem(code: ErrorCode): Problem {
  return { type: `/errors/${code}`, title: code, status: 422, detail: code, code };
}
