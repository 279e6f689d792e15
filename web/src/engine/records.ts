import type { RecordTypeName, ScopeName } from "@/contract/contract";
import { contract, recordTypes, scopeNames, scopeOf } from "./metadata";
import type { DeltaItem, DeltaRecord, Position, RecordRef, ServerFrame, WireRecord } from "./protocol";
import { type Following, type Saved, type Step, unkeptAfter } from "./store";
import type { Status } from "./types";

type Frame<T extends ServerFrame["t"]> = Extract<ServerFrame, { t: T }>;
type ScopeState = Status["scopes"][ScopeName];

export interface RecordsListener {
  /** The record was added, changed or (`undefined`) removed. */
  changed(type: RecordTypeName, id: string, record: WireRecord | undefined): void;
  /** Every record of a scope that was not kept was told as changed, so that it can be kept again. */
  whole(scope: ScopeName): void;
  /** A delta brought this change. */
  arrived(item: DeltaItem, record: DeltaRecord): void;
}

interface Scope {
  state: ScopeState;
  /** Whether this connection has answered for the scope. Until it has, what is held may be behind the cursor. */
  answered: boolean;
  /** Whether it was asked for anew: then only a snapshot answers, for what is said of it before may be of my rights. */
  asked: boolean;
  /** Whether it holds only the newest records, and of the others those that were asked for. */
  isWindow: boolean;
  /** The sequence number as of which the last snapshot was taken; deltas up to it say nothing new. */
  at: number;
}

/**
 * What the server has confirmed: the records of the scopes, and the cursor up to which they follow the log. Nothing
 * optimistic ever enters here.
 */
export class Records {
  readonly #byType = new Map(recordTypes.map((type) => [type, new Map<string, WireRecord>()]));
  readonly #scopes = new Map<ScopeName, Scope>(
    scopeNames.map((scope) => [
      scope,
      { state: "loading", answered: false, asked: false, isWindow: false, at: 0 },
    ]),
  );
  readonly #listener: RecordsListener;
  #epoch: string | null = null;
  /** How far the deltas of this connection reached. It becomes the cursor once every scope is answered. */
  #reached: Position | null = null;
  #cursor: Position | null = null;
  /** The rights that what is held follows, and those of now. */
  #access: string | null = null;
  #granted: string | null = null;
  /** Deltas that came before the snapshot of their scope, which may be older than they are. */
  #early: DeltaItem[] = [];
  /** The versions at which records went, by key: until the cursor has passed that, all of it may be told once more. */
  readonly #gone = new Map<string, number>();
  /** The versions of records beyond a window that changed: an answer of the server may be older. */
  readonly #passedBy = new Map<string, number>();
  #unkept: ReadonlySet<ScopeName> = new Set();
  /** Of those, the ones for which this page has seen that there is no room. */
  readonly #noRoom = new Set<ScopeName>();
  /** Of those, the ones of which this tab was not told yet. */
  readonly #lacking = new Set<ScopeName>();

  constructor(listener: RecordsListener) {
    this.#listener = listener;
  }

  get(type: RecordTypeName, id: string): WireRecord | undefined {
    return this.#byType.get(type)?.get(id);
  }

  ids(type: RecordTypeName): Iterable<string> {
    return this.#byType.get(type)?.keys() ?? [];
  }

  /** The scopes of which not all records are kept. */
  get unkept(): ReadonlySet<ScopeName> {
    return this.#unkept;
  }

  /** Whether this tab has nothing to go by for a scope that is not kept. */
  get isLacking(): boolean {
    return this.#lacking.size > 0;
  }

  of(scopes: Iterable<ScopeName>): readonly WireRecord[] {
    return [...scopes].flatMap((scope) =>
      contract.scopes[scope].records.flatMap((type) => [...(this.#byType.get(type)?.values() ?? [])]),
    );
  }

  /** There is no room for the records of these scopes; what is in memory stays there. */
  forgo(scopes: readonly ScopeName[]): void {
    for (const scope of scopes) this.#noRoom.add(scope);
    this.#unkept = unkeptAfter(this.#unkept, { forget: scopes });
  }

  get scopeStates(): Status["scopes"] {
    const states = [...this.#scopes].map(([name, scope]) => [name, scope.state]);
    return Object.fromEntries(states) as Status["scopes"];
  }

  /** The scopes that hold only the newest records. */
  get windows(): readonly ScopeName[] {
    return scopeNames.filter((name) => this.#scopes.get(name)?.isWindow);
  }

  /** What the server answered of windows beside their snapshots. What is told meanwhile may be newer. */
  bring(records: readonly WireRecord[]): void {
    for (const record of records) {
      const scope = this.#scopes.get(scopeOf(record.type));
      const key = keyOf(record);
      const told = Math.max(this.#gone.get(key) ?? 0, this.#passedBy.get(key) ?? 0);
      const isNew =
        record.version > (this.get(record.type, record.id)?.version ?? 0) && record.version >= told;
      if (scope?.isWindow && scope.state === "ready" && isNew) this.#put(record.type, record.id, record);
    }
  }

  /** Whether every scope is answered, so that the records stand where the cursor says. */
  get settled(): boolean {
    return [...this.#scopes.values()].every((scope) => scope.answered);
  }

  /** The sequence number up to which the records follow the log; -1 before they do. */
  get upTo(): number {
    return this.#cursor?.seq ?? -1;
  }

  /** Where the next connection goes on, and by which rights; without a cursor it begins with snapshots. */
  get resume(): {
    readonly epoch: string | null;
    readonly cursor: Position | null;
    readonly access: string | null;
  } {
    return { epoch: this.#epoch, cursor: this.#cursor, access: this.#access };
  }

  /** In place of all that is held: what was kept, which may be nothing. */
  restore({ following, unkept, records }: Pick<Saved, "following" | "unkept" | "records">): void {
    this.#epoch = following?.epoch ?? null;
    this.#cursor = this.#reached = following?.cursor ?? null;
    this.#access = this.#granted = following?.access ?? null;
    this.#early = [];
    this.#forgetTold();
    this.#unkept = new Set(unkept);
    this.#lacking.clear();
    for (const scope of unkept) this.#lacking.add(scope);
    for (const [name, scope] of this.#scopes)
      Object.assign(scope, { state: this.#stateIn(following, name), answered: false, at: 0 });
    this.#setWindows(following);
    for (const held of this.#byType.values()) held.clear();
    for (const record of records) this.#byType.get(record.type)?.set(record.id, record);
  }

  /** What the leading tab was told; in passing, where it is not kept. */
  adopt(step: Step, isPassing: boolean): void {
    const { records = [], gone = [], whole = [], forget = [], following } = step;
    for (const scope of whole) {
      this.#lacking.delete(scope);
      this.#removeBut(scope, records);
    }
    for (const record of records) this.#put(record.type, record.id, record);
    for (const { type, id } of gone) this.#put(type, id, undefined);
    for (const scope of forget) this.#noRoom.add(scope);
    if (!isPassing) this.#unkept = unkeptAfter(this.#unkept, step);
    if (!following) return;
    this.#cursor = following.cursor;
    this.#heed(following);
    for (const [name, scope] of this.#scopes) scope.state = this.#stateIn(following, name);
    this.#setWindows(following);
  }

  /** A leader that began anew has lost what is not kept, and cannot name what went of it: this tab may hold more. */
  #heed({ scopes }: Following): void {
    for (const name of scopeNames) {
      if (scopes[name] === "refused") {
        this.#lacking.delete(name);
        this.#removeBut(name, []);
      } else if (scopes[name] === "loading" && this.#unkept.has(name)) this.#lacking.add(name);
    }
  }

  #setWindows(following: Following | null): void {
    for (const [name, scope] of this.#scopes) scope.isWindow = following?.windows?.includes(name) ?? false;
  }

  #stateIn(following: Following | null, name: ScopeName): ScopeState {
    const state = following?.scopes[name] ?? "loading";
    return state === "ready" && this.#lacking.has(name) ? "loading" : state;
  }

  /** These are my rights: what is held follows them as soon as every scope is answered. */
  follow(access: string): void {
    this.#granted = access;
    this.#settle();
  }

  /** A connection begins. What is held stays in view until its snapshot replaces it. */
  begin({ epoch, head, reset }: Frame<"welcome">): void {
    if (reset) {
      this.#cursor = null;
      this.#forgetTold();
    }
    this.#reached = this.#cursor ?? head;
    this.#epoch = epoch;
    this.#early = [];
    for (const scope of this.#scopes.values()) Object.assign(scope, { answered: false, asked: false });
  }

  /** Answers whether that will do; if not, the scope must be asked for again. */
  answer(frame: Frame<"subOk">): boolean {
    const scope = this.#scopes.get(frame.scope);
    if (!scope) return true;
    if ("records" in frame) {
      this.#replace(frame.scope, frame.records);
      this.#holdWhole(frame.scope);
      Object.assign(scope, { at: frame.at, asked: false, isWindow: frame.more === true });
    } else if (!scope.asked && scope.state !== "ready") {
      // It goes by the cursor, but I was not allowed to read it then, or did not keep it, so I hold nothing of it.
      this.#expect([frame.scope]);
      return false;
    } else if ("changed" in frame) this.#amend(frame);
    if (scope.asked) return true;
    scope.state = "ready";
    scope.answered = this.#early.every((item) =>
      item.records.every(
        (record) => scopeOf(record.type) !== frame.scope || this.#apply(scope, item, record),
      ),
    );
    if (!scope.answered) this.#expect([frame.scope]);
    this.#settle();
    return scope.answered;
  }

  /** What I may not read any more goes. */
  forget(records: readonly RecordRef[]): void {
    for (const { type, id } of records) this.#put(type, id, undefined);
    const gone = new Set(records.map(({ id }) => id));
    this.#early = this.#early.map((item) => ({
      ...item,
      records: item.records.filter(({ id }) => !gone.has(id)),
    }));
  }

  /** I may not read these scopes: what is held of them goes. */
  refuse(names: readonly ScopeName[]): void {
    for (const name of names) {
      const scope = this.#scopes.get(name);
      if (!scope) continue;
      this.#replace(name, []);
      Object.assign(scope, { state: "refused", answered: true, asked: false });
    }
    this.#settle();
  }

  /** I am no member any more: nothing of what was confirmed is mine to keep. */
  drop(): void {
    this.refuse(scopeNames);
    this.#epoch = this.#access = this.#granted = null;
    this.#cursor = this.#reached = null;
    this.#forgetTold();
  }

  /** What comes next may be of a log whose versions begin lower. */
  #forgetTold(): void {
    this.#gone.clear();
    this.#passedBy.clear();
  }

  /** Applies the whole range and answers which scopes turned out to miss something and must be asked for again. */
  apply({ to, items }: Frame<"delta">): readonly ScopeName[] {
    const missing = new Set<ScopeName>();
    for (const item of items) {
      for (const record of item.records) {
        const name = scopeOf(record.type);
        const scope = this.#scopes.get(name);
        if (scope?.answered && scope.state === "ready" && !this.#apply(scope, item, record))
          missing.add(name);
      }
    }
    if (!this.settled) this.#early.push(...items);
    this.#expect([...missing]);
    this.advance(to);
    return [...missing];
  }

  /** My rights changed: the scopes that were refused must be asked for again, but those just taken away. */
  expectRefused(taken: readonly ScopeName[] = []): readonly ScopeName[] {
    const refused = scopeNames.filter(
      (name) => this.#scopes.get(name)?.state === "refused" && !taken.includes(name),
    );
    this.#expect(refused);
    return refused;
  }

  /** Nothing for me lies between the cursor and this position. */
  advance(to: Position): void {
    this.#reached = to;
    this.#settle();
  }

  /** These are asked for anew. Until they are answered, the cursor stays where it is. */
  #expect(names: readonly ScopeName[]): void {
    for (const name of names) {
      const scope = this.#scopes.get(name);
      if (scope) Object.assign(scope, { answered: false, asked: true });
    }
  }

  #settle(): void {
    if (!this.settled) return;
    this.#cursor = this.#reached;
    this.#access = this.#granted;
    this.#early = [];
    for (const [key, version] of this.#gone) if (version <= this.upTo) this.#gone.delete(key);
  }

  #replace(name: ScopeName, records: readonly WireRecord[]): void {
    this.#removeBut(name, records);
    for (const record of records) this.#put(record.type, record.id, record);
  }

  /** Of the scope, only these stay. */
  #removeBut(name: ScopeName, records: readonly WireRecord[]): void {
    const kept = new Set(records.map((record) => record.id));
    for (const type of contract.scopes[name].records) {
      for (const id of [...this.ids(type)]) {
        if (!kept.has(id)) this.#put(type, id, undefined);
      }
    }
  }

  #holdWhole(name: ScopeName): void {
    this.#lacking.delete(name);
    if (!this.#unkept.has(name) || this.#noRoom.has(name)) return;
    this.#unkept = unkeptAfter(this.#unkept, { whole: [name] });
    this.#listener.whole(name);
  }

  /** Newer than what is held, and so right whatever was missed between. */
  #amend({ scope, changed, gone }: Extract<Frame<"subOk">, { changed: unknown }>): void {
    for (const type of contract.scopes[scope].records) this.forget(gone.map((id) => ({ type, id })));
    for (const record of changed) {
      if (record.version > (this.get(record.type, record.id)?.version ?? 0))
        this.#put(record.type, record.id, record);
    }
  }

  #put(type: RecordTypeName, id: string, record: WireRecord | undefined): void {
    const records = this.#byType.get(type);
    if (record) records?.set(id, record);
    else if (!records?.delete(id)) return;
    this.#listener.changed(type, id, record);
  }

  /** Answers false when the record's history has a hole here. */
  #apply(scope: Scope, item: DeltaItem, record: DeltaRecord): boolean {
    const held = this.get(record.type, record.id);
    const known = held?.version ?? this.#gone.get(keyOf(record)) ?? 0;
    if (item.seq <= scope.at || record.version <= known) return true;
    if (scope.isWindow && !held && "set" in record) {
      // It lies beyond the window, where nothing is missing.
      this.#passedBy.set(keyOf(record), record.version);
      return true;
    }
    const next = after(held, item, record);
    if (next === "hole") return false;
    if (!next) this.#gone.set(keyOf(record), record.version);
    this.#put(record.type, record.id, next);
    this.#listener.arrived(item, record);
    return true;
  }
}

function after(
  held: WireRecord | undefined,
  item: DeltaItem,
  record: DeltaRecord,
): WireRecord | undefined | "hole" {
  if ("deleted" in record || "leave" in record) return undefined;
  const { type, id, version } = record;
  const touched = { version, updatedAt: item.at, updatedBy: item.actor };
  if ("enter" in record) {
    const { createdAt, createdBy, values } = record;
    return { type, id, createdAt, createdBy, ...touched, values };
  }
  if (!held || record.previous !== held.version) return "hole";
  return { ...held, ...touched, values: { ...held.values, ...record.set } };
}

function keyOf({ type, id }: RecordRef): string {
  return `${type}/${id}`;
}
