import type { Permission, RecordTypeName, ScopeName } from "@/contract/contract";
import { browserEnvironment, type Environment } from "./environment";
import { guarded, renewed } from "./guarded";
import { diskPause, Journal, type SetBack } from "./journal";
import { notKept } from "./letters";
import { scopeNames, scopeOf } from "./metadata";
import { Model } from "./model";
import { Notes, nothingNoted } from "./notes";
import { inParts } from "./operations";
import type { Me, Operation, RecordRef, WireRecord } from "./protocol";
import { freshEntry, type Pending } from "./queue";
import {
  memoryStore,
  type Saved,
  type Step,
  type Store,
  type StoreFailure,
  type StoreLost,
  storeName,
} from "./store";
import { type Message, Tabs } from "./tabs";
import type {
  DeadLetter,
  Engine,
  RecentChange,
  Settled,
  Status,
  Topic,
  TransactionHandle,
  Undone,
  View,
  Waiting,
} from "./types";
import {
  type Answered,
  backOf,
  composed,
  idsOf,
  outgrown,
  possible,
  pushed,
  stepOf,
  type UndoStep,
} from "./undo";
import { Uplink } from "./uplink";

/** Of the room that the browser gives: beyond that, what can be had again goes. */
const mostUsed = 0.8;

export interface EngineOptions {
  /** The id of the person who is signed in. */
  readonly user: string;
  /** The workspace's id. */
  readonly workspace: string;
  readonly environment?: Environment;
}

/**
 * The engine of one person in one workspace: give another person another engine. What it holds is kept in this browser,
 * where that is allowed, and shared with the person's other tabs.
 */
export function createEngine(options: EngineOptions): Engine {
  return new WorkspaceEngine(options);
}

class WorkspaceEngine implements Engine {
  readonly user: string;
  readonly workspace: string;
  readonly #environment: Environment;
  readonly #model: Model;
  readonly #journal: Journal;
  readonly #uplink: Uplink;
  readonly #notes: Notes;
  #tabs: Tabs | null = null;
  #browser = "";
  #storage: Status["storage"] = "opening";
  #status: Status;
  /** When screens last read of a scope, as the how manieth time that they read at all. */
  readonly #used = new Map<ScopeName, number>();
  #uses = 0;
  #isRunning = false;
  #stopRescuing: (() => void) | null = null;
  /** Grows with each start and stop, so that an answer that comes late finds nobody. */
  #life = 0;
  /** Grows whenever this tab begins or ends to lead, so that what was to follow from an earlier time does not. */
  #term = 0;

  constructor({ user, workspace, environment = browserEnvironment() }: EngineOptions) {
    this.user = user;
    this.workspace = workspace;
    this.#environment = environment;
    this.#model = new Model(environment, user);
    this.#notes = new Notes(environment, storeName(user, workspace));
    this.#journal = new Journal(
      {
        restore: (saved) => this.#change(() => this.#restore(saved)),
        apply: (step, told) =>
          this.#change(() => {
            this.#model.apply(step, told);
            // Another tab left work for the one that leads.
            this.#uplink.flush();
            this.#uplink.keep();
          }),
        rescued: () => (this.#storage === "memory" ? nothingNoted : this.#notes.take()),
        lacking: () => this.#lack(),
        tell: (told) => this.#tabs?.post({ t: "step", told }),
        lost: (reason) => this.#change(() => this.#lose(reason)),
        setBack: (reason) => this.#change(() => this.#setBack(reason)),
      },
      (milliseconds, action) => environment.after(milliseconds, action),
    );
    this.#uplink = new Uplink(environment, workspace, this.#model, this.#journal, {
      turned: () => this.#statusChanged(),
      lineChanged: () => {
        if (this.#uplink.isLeading) this.#tellLine();
      },
      live: () => void this.#lookForRoom(),
      superseded: () => this.#setBack("deposed"),
    });
    this.#status = this.#readStatus();
  }

  start(): void {
    if (this.#isRunning) {
      this.#uplink.start();
      this.#tabs?.post({ t: "start" });
      return;
    }
    this.#isRunning = true;
    const life = ++this.#life;
    this.#stopRescuing = this.#environment.onLeave(() => this.#rescue());
    const lost: StoreLost = (reason) => life === this.#life && this.#change(() => this.#lose(reason));
    this.#environment.openStore(this.#model.user, this.workspace, lost, (opened) => {
      if (life === this.#life) this.#change(() => this.#open(opened));
      else if (!("failed" in opened)) opened.close();
    });
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#life++;
    this.#change(() => {
      this.#stopRescuing?.();
      this.#stopRescuing = null;
      this.#uplink.resign();
      this.#tabs?.leave();
      this.#tabs = null;
      this.#journal.close();
      this.#model.setLine({ connection: "stopped" });
    });
  }

  tryNow(): void {
    if (this.#uplink.isLeading) this.#uplink.tryNow();
    else this.#tabs?.post({ t: "tryNow" });
  }

  transact(
    operations: readonly Operation[],
    { undoable = true }: { readonly undoable?: boolean } = {},
  ): TransactionHandle {
    if (operations.length === 0) throw new Error("A transaction needs at least one operation.");
    return this.#change(() => {
      if (undoable) return this.#do([operations], "undo", this.#redoable)[0] as TransactionHandle;
      // What is no edit is nobody's word against another's.
      const { handle, pending } = this.#add(operations);
      this.#append([pending], {});
      return handle;
    });
  }

  transactInParts(operations: readonly Operation[]): readonly TransactionHandle[] {
    const parts = this.#isLive ? inParts(operations) : inParts(operations, 1);
    return parts.length === 0 ? [] : this.#change(() => this.#do(parts, "undo", this.#redoable, true));
  }

  records<T extends RecordTypeName>(type: T): readonly View<T>[] {
    this.#use(type);
    return this.#model.overlay.list(type) as readonly View<T>[];
  }

  record<T extends RecordTypeName>(type: T, id: string): View<T> | undefined {
    this.#use(type);
    return this.#model.overlay.record(type, id) as View<T> | undefined;
  }

  #use(type: RecordTypeName): void {
    this.#used.set(scopeOf(type), ++this.#uses);
  }

  status(): Status {
    return this.#status;
  }

  me(): Me | null {
    return this.#model.line.me;
  }

  can(permission: Permission): boolean {
    return this.me()?.permissions.includes(permission) ?? false;
  }

  look(record: RecordRef | null): void {
    if (this.#uplink.isLeading) this.#uplink.look(record);
    else this.#tabs?.post({ t: "look", record });
  }

  presence(record: RecordRef): readonly string[] {
    return this.#model.presence(record);
  }

  recentChange(record: RecordRef, field?: string): RecentChange | null {
    return this.#model.recent.get(record, field);
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#model.letters;
  }

  retry(id: string, operations?: readonly Operation[]): TransactionHandle {
    const letter = this.#model.letters.find((one) => one.id === id);
    if (!letter) throw new Error(`There is no refused transaction ${id}.`);
    return this.#change(() => {
      this.#model.forgive(letter);
      const again = renewed(operations ?? letter.operations, this.#confirmed, this.#read, !operations);
      const mended = this.#add(this.#meant(again));
      const held = letter.held.map((one) => this.#add(this.#meant(one.operations)).pending);
      this.#append([mended.pending, ...held], { discarded: [id] });
      return mended.handle;
    });
  }

  discard(id: string): void {
    const letter = this.#model.letters.find((one) => one.id === id);
    if (!letter) return;
    this.#change(() => {
      this.#model.forgive(letter);
      this.#journal.write({ discarded: [id] }, () => {});
    });
  }

  undo(transaction?: string): Undone | null {
    return this.#takeBack("undo", "redo", transaction);
  }

  redo(): Undone | null {
    return this.#takeBack("redo", "undo");
  }

  composed(transactions: readonly string[], answered?: Answered): void {
    const next = { id: this.#environment.newId(), at: this.#environment.now() };
    const { undo, undone } = composed(this.#model.undoSteps, next, transactions, answered);
    this.#change(() => this.#remember(undo, undone));
  }

  canUndo(): boolean {
    return this.#model.undoSteps.some(({ stack }) => stack === "undo");
  }

  canRedo(): boolean {
    return this.#model.undoSteps.some(({ stack }) => stack === "redo");
  }

  pendingCount(): number {
    return this.#model.queue.unanswered;
  }

  unkeptCount(): number {
    return this.#journal.isLasting ? 0 : this.pendingCount();
  }

  pending(): readonly Waiting[] {
    return this.#model.queue.waiting;
  }

  bring(records: readonly WireRecord[]): void {
    if (this.#uplink.isLeading) this.#uplink.bring(records);
    else this.#tabs?.post({ t: "bring", records });
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    return this.#model.topics.subscribe(topic, listener);
  }

  #change<Answer>(work: () => Answer): Answer {
    return this.#model.topics.batch(() => {
      const answer = work();
      this.#statusChanged();
      return answer;
    });
  }

  #takeBack(from: UndoStep["stack"], to: UndoStep["stack"], transaction?: string): Undone | null {
    const step = stepOf(this.#model.undoSteps, from, transaction);
    if (!step) return null;
    if (step.server) return { operations: [], left: [], server: step };
    return this.#change(() => {
      const done = possible(step, {
        read: this.#read,
        settledVersion: (record) => this.#model.settledVersion(record),
        isMine: (record) => record.updatedBy === this.#model.user,
      });
      if (done.operations.length > 0) this.#do(inParts(done.operations), to, [step.id], true);
      else this.#remember([], [step.id]);
      return done;
    });
  }

  /** What is done anew takes the place of what could be done again. */
  get #redoable(): readonly string[] {
    return idsOf(this.#model.undoSteps, "redo");
  }

  /** Makes transactions, and remembers how to take them back together. */
  #do(
    parts: readonly (readonly Operation[])[],
    stack: UndoStep["stack"],
    gone: readonly string[],
    isAlone = false,
  ): readonly TransactionHandle[] {
    const done = parts.map((part) => {
      const operations = this.#meant(part);
      const back = backOf(operations, this.#read, { at: this.#model.now, by: this.#model.user });
      return { ...this.#add(operations), back };
    });
    const held = this.#model.undoSteps.filter((one) => one.stack === stack && !gone.includes(one.id));
    const [id, at] = [this.#environment.newId(), this.#environment.now()];
    const undoable = done.flatMap(({ handle, back }) =>
      back && back.length > 0 ? [{ transaction: handle.id, back }] : [],
    );
    const next = { id, at, parts: undoable.reverse() };
    const undo = undoable.length > 0 ? [pushed(held, next, stack, isAlone)] : [];
    const undone = [...gone, ...outgrown(this.#model.undoSteps, stack, gone)];
    this.#model.remember(undo, undone);
    this.#append(
      done.map(({ pending }) => pending),
      { undo, undone },
    );
    return done.map(({ handle }) => handle);
  }

  #remember(undo: readonly UndoStep[], undone: readonly string[]): void {
    this.#model.remember(undo, undone);
    this.#journal.write({ undo, undone }, () => {});
  }

  readonly #confirmed = ({ type, id }: RecordRef): WireRecord | undefined =>
    this.#model.records.get(type, id);

  /** The record as a person sees it. */
  readonly #read = ({ type, id }: RecordRef): WireRecord | undefined =>
    this.#model.overlay.record(type, id) as unknown as WireRecord | undefined;

  get #isLive(): boolean {
    return this.#model.line.connection === "live";
  }

  /** Who sees what others do writes over it knowingly; who does not, means what he saw (decision 39). */
  #meant(operations: readonly Operation[]): readonly Operation[] {
    return this.#isLive ? operations : guarded(operations, this.#confirmed, this.#read);
  }

  #add(operations: readonly Operation[]): { readonly handle: TransactionHandle; readonly pending: Pending } {
    let settle: (settled: Settled) => void = () => {};
    const settled = new Promise<Settled>((resolve) => {
      settle = resolve;
    });
    const pending = this.#model.make(operations, settle);
    this.#model.add(pending);
    return { handle: { id: pending.id, settled }, pending };
  }

  /** Keeps new transactions, all or none, and sends them when they are kept. */
  #append(pendings: readonly Pending[], more: Step): void {
    this.#journal.write({ ...more, append: pendings.map(freshEntry) }, (number, failed) =>
      this.#change(() => {
        if (number !== null) {
          this.#notes.forgetOwn();
          pendings.forEach((pending, index) => {
            pending.place = [number, index];
          });
          this.#uplink.flush();
          this.#uplink.keep();
        } else if (failed === "full" || failed === "broken") {
          for (const pending of pendings) this.#model.refuse(pending, notKept(failed));
          // So that the next attempt finds some.
          if (failed === "full") this.#makeRoom();
        }
      }),
    );
  }

  #open(opened: Store | { readonly failed: StoreFailure }): void {
    if ("failed" in opened && opened.failed === "outdated") {
      this.#lose("outdated");
      return;
    }
    const store = "failed" in opened ? memoryStore(this.#environment.newId()) : opened;
    // What ends with the page is no other tab's business.
    const whose = store.lasting ? this.#model.user : this.#environment.newId();
    this.#tabs = new Tabs(this.#environment, storeName(whose, this.workspace), {
      at: () => this.#journal.at,
      chosen: () => this.#lead(),
      deposed: () => this.#change(() => this.#setBack("deposed")),
      heard: (message) => this.#change(() => this.#heard(message)),
    });
    this.#tabs.listen();
    if (!store.lasting) this.#stopRescuing?.();
    this.#journal.open(store, () => {
      this.#storage = store.lasting ? "kept" : "memory";
      if (this.#model.line.connection === "stopped") this.#model.setLine({ connection: "connecting" });
      this.#tabs?.run();
    });
  }

  /** A page that goes cannot wait for the disk: what was done in its last moment is noted, and kept by whoever leads. */
  #rescue(): void {
    const unkept = this.#model.queue.all.filter(({ place }) => !place).map(freshEntry);
    if (unkept.length === 0) return;
    this.#notes.put(unkept);
    const noted: Message = { t: "noted" };
    if (this.#tabs) this.#tabs.post(noted);
    else this.#environment.openChannel(storeName(this.#model.user, this.workspace), () => {}).post(noted);
  }

  #tellLine(): void {
    this.#tabs?.post({ t: "line", line: this.#model.line, at: this.#journal.at });
  }

  #lack(): void {
    this.#tabs?.post({ t: "lacking", at: this.#journal.at });
  }

  #lead(): void {
    this.#term++;
    // Under the number before, what this tab holds may be read anew beneath a line that stands.
    if (this.#uplink.isLeading) this.#uplink.resign();
    this.#journal.lead((leader) => this.#change(() => this.#uplink.lead(leader, this.#browser)));
  }

  #restore(saved: Saved): void {
    this.#browser = saved.browser;
    this.#model.restore(saved);
  }

  #heard(message: Message): void {
    switch (message.t) {
      case "step":
        this.#journal.heard(message.told);
        break;
      case "line":
        if (this.#uplink.isLeading) break;
        this.#journal.knows(message.at);
        this.#model.setLine(message.line);
        // Whoever leads may not have been able to answer before.
        if (message.line.connection === "live" && this.#model.records.isLacking) this.#lack();
        break;
      case "ping":
        if (!this.#uplink.isLeading) break;
        this.#journal.knows(message.at);
        this.#tellLine();
        break;
      case "lacking":
        if (!this.#uplink.isLeading) break;
        // Whoever made that step may have died before telling of it.
        if (message.at > this.#journal.at) this.#journal.reload();
        else if (this.#model.records.unkept.size > 0) this.#journal.pass(this.#uplink.known);
        break;
      case "noted":
        if (this.#uplink.isLeading) this.#setBack("behind");
        break;
      case "start":
        this.#uplink.start();
        break;
      case "tryNow":
        if (this.#uplink.isLeading) this.#uplink.tryNow();
        break;
      case "bring":
        if (this.#uplink.isLeading) this.#uplink.bring(message.records);
        break;
      case "look":
        if (this.#uplink.isLeading) this.#uplink.look(message.record);
        break;
    }
  }

  /** What is in memory may be more than what is kept: this goes on from what is kept, as a page does that was reloaded. */
  #setBack(reason: SetBack): void {
    const term = ++this.#term;
    this.#journal.unseat();
    this.#uplink.resign();
    if (reason === "behind") {
      this.#lead();
      return;
    }
    if (reason === "deposed") {
      this.#journal.reload();
      this.#tabs?.stepDown();
      return;
    }
    this.#model.setLine({ connection: "offline" });
    // Another tab may lead by then.
    const again = () => {
      if (term === this.#term) this.#journal.reload(() => term === this.#term && this.#lead());
    };
    if (reason === "full") this.#makeRoom(again);
    else this.#later(again);
  }

  /**
   * What waits comes first: the rest can be had from the server again. Of that goes what was least used since the page
   * was opened.
   */
  #makeRoom(then: () => void = () => {}): void {
    const { records } = this.#model;
    const [least] = scopeNames
      .filter((scope) => !records.unkept.has(scope) && records.of([scope]).length > 0)
      .sort((a, b) => (this.#used.get(a) ?? 0) - (this.#used.get(b) ?? 0));
    const forget = least ? [least] : [];
    this.#journal.write({ forget }, (_, failed) =>
      this.#change(() => {
        // Not before it stands: what was being read meanwhile knows nothing of it, and would undo it here.
        if (!failed) records.forgo(forget);
        // Where it was not the records that took the room, it is for the person to make some.
        if (failed || !least) this.#later(then);
        else then();
      }),
    );
  }

  /** While there is still room for what waits: a disk that is full refuses that as well. */
  async #lookForRoom(): Promise<void> {
    const life = this.#life;
    const used = await this.#environment.usedRoom();
    if (life === this.#life && this.#storage === "kept" && used > mostUsed)
      this.#change(() => this.#makeRoom());
  }

  #later(action: () => void): void {
    const life = this.#life;
    this.#environment.after(diskPause, () => {
      if (life === this.#life) this.#change(action);
    });
  }

  #lose(reason: Parameters<StoreLost>[0]): void {
    this.stop();
    if (reason === "closed") {
      this.start();
      return;
    }
    if (reason === "wiped")
      this.#restore({
        step: 0,
        browser: "",
        following: null,
        unkept: [],
        records: [],
        queue: [],
        letters: [],
        undo: [],
      });
    this.#model.setLine({ connection: reason === "wiped" ? "signedOut" : "outdated" });
  }

  #statusChanged(): void {
    const status = this.#readStatus();
    if (sameStatus(status, this.#status)) return;
    this.#status = status;
    this.#model.topics.changed("status");
  }

  #readStatus(): Status {
    return {
      connection: this.#model.line.connection,
      pending: this.#model.queue.unanswered,
      scopes: this.#model.records.scopeStates,
      windows: this.#model.records.windows,
      error: this.#model.line.error,
      storage: this.#storage === "kept" && this.#model.records.unkept.size > 0 ? "full" : this.#storage,
    };
  }
}

function sameStatus(a: Status, b: Status): boolean {
  return (
    a.connection === b.connection &&
    a.pending === b.pending &&
    a.error === b.error &&
    a.windows.join() === b.windows.join() &&
    a.storage === b.storage &&
    scopeNames.every((scope) => a.scopes[scope] === b.scopes[scope])
  );
}
