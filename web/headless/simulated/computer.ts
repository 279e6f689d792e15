import { createEngine } from "@/engine/engine";
import type { Environment, Socket, SocketEvents } from "@/engine/environment";
import { openIndexedStore } from "@/engine/indexedStore";
import { memoryStore, type Store, storeName } from "@/engine/store";
import { Listeners, Lock } from "@/engine/testing/tab";
import type { Engine } from "@/engine/types";
import type { Agenda, Owner } from "./agenda";
import { Disk } from "./disk";
import { type Spoil, spoiled } from "./spoil";

/** What the simulator is told of, in the order in which it happened. */
export type Said =
  | { readonly t: "open"; readonly page: number; readonly socket: number }
  | { readonly t: "send"; readonly socket: number; readonly text: string }
  | { readonly t: "close"; readonly socket: number }
  /** These transactions are on the disk. */
  | { readonly t: "kept"; readonly ids: readonly string[] }
  | { readonly t: "settled"; readonly id: string; readonly seq?: number; readonly refusal?: string }
  /** A person can see this. */
  | { readonly t: "state"; readonly page: number; readonly connection: string };

/** All of a run. */
export interface Run {
  readonly agenda: Agenda;
  readonly workspace: string;
  readonly spoil: Spoil | null;
  /** Milliseconds that have passed. */
  elapsed: number;
  readonly sockets: Map<number, SocketEvents & { readonly page: Page }>;
  random(): number;
  newId(): string;
  nextNumber(): number;
  say(said: Said): void;
}

/** A person's browser: what its pages share. */
export class Computer implements Owner {
  readonly isHeld = false;
  readonly isGone = false;
  readonly name: string;
  readonly user: string;
  readonly run: Run;
  readonly disk = new Disk();
  readonly notes = new Map<string, string>();
  readonly networks = new Listeners<[online: boolean]>();
  readonly pages: Page[] = [];
  /** How wrong its clock is, in milliseconds. */
  readonly #error: number;
  readonly #locks = new Map<string, Lock>();
  readonly #channels = new Set<{
    readonly page: Page;
    readonly name: string;
    hear(message: unknown): void;
  }>();
  isOnline = true;

  constructor(run: Run, number: number, user: string) {
    this.run = run;
    this.name = `computer ${number}`;
    this.user = user;
    this.#error = Math.round((run.random() - 0.5) * 2 * 365 * 86_400_000);
  }

  get now(): number {
    return Date.parse("2026-11-21T00:00:00Z") + this.run.elapsed + this.#error;
  }

  openPage(number: number): Page {
    const page = new Page(this, number);
    this.pages.push(page);
    this.run.agenda.run(page, () => page.engine.start());
    return page;
  }

  lock(page: Page, name: string, events: { granted(): void; lost(): void }, steal: boolean): () => void {
    const lock = this.#locks.get(name) ?? new Lock();
    this.#locks.set(name, lock);
    let isReleased = false;
    const later = (action: () => void) =>
      this.run.agenda.add(page, "lock", () => {
        if (!isReleased) action();
      });
    const told = { granted: () => later(events.granted), lost: () => later(events.lost) };
    const release = lock.ask(told, steal);
    return () => {
      isReleased = true;
      release();
    };
  }

  channel(page: Page, name: string, hear: (message: unknown) => void) {
    const own = { page, name, hear };
    this.#channels.add(own);
    return {
      post: (message: unknown) => {
        if (page.isGone || this.run.spoil === "telling") return;
        const copy = structuredClone(message);
        for (const other of this.#channels)
          if (other !== own && other.name === name)
            this.run.agenda.add(other.page, `from ${page.name}`, () => {
              if (this.#channels.has(other)) other.hear(copy);
            });
      },
      close: () => {
        this.#channels.delete(own);
      },
    };
  }

  /** What a page had of what the pages share. */
  drop(page: Page): void {
    for (const channel of this.#channels) if (channel.page === page) this.#channels.delete(channel);
    this.pages.splice(this.pages.indexOf(page), 1);
    this.run.agenda.run(this, () => this.disk.drop(page, () => this.run.random() < 0.5));
  }
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** One tab with the engine in it. */
export class Page implements Owner {
  readonly name: string;
  readonly number: number;
  readonly computer: Computer;
  readonly engine: Engine;
  readonly wakes = new Listeners<[]>();
  readonly #run: Run;
  readonly #leaving = new Listeners<[]>();
  readonly #timers = new Set<Timer>();
  readonly #releases = new Set<() => void>();
  #connection = "";
  isHeld = false;
  isGone = false;

  constructor(computer: Computer, number: number) {
    this.name = `page ${number}`;
    this.number = number;
    this.computer = computer;
    this.#run = computer.run;
    const { workspace } = computer.run;
    this.engine = createEngine({ user: computer.user, workspace, environment: this.#environment() });
    this.engine.subscribe("status", () => {
      const { connection } = this.engine.status();
      if (connection === this.#connection) return;
      this.#connection = connection;
      this.#run.say({ t: "state", page: number, connection });
    });
  }

  get hasDueTimer(): boolean {
    return !this.isHeld && this.#due !== undefined;
  }

  get #due(): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= this.#run.elapsed).sort((a, b) => a.at - b.at)[0];
  }

  ring(): void {
    const due = this.#due;
    if (!due) throw new Error(`No timer of ${this.name} is due.`);
    this.#timers.delete(due);
    this.#run.agenda.run(this, due.action);
  }

  /** It stops in the middle of whatever it does. */
  kill(): void {
    this.isGone = true;
    this.#timers.clear();
    this.#run.agenda.forget(this);
    for (const release of this.#releases) release();
    this.computer.drop(this);
  }

  /** It is closed as pages are, which says a last word to them. */
  leave(): void {
    this.#run.agenda.run(this, () => this.#leaving.tell());
    this.kill();
  }

  /** What happens to it, when it can. */
  #hear(lane: string, action: () => void): void {
    this.#run.agenda.add(this, lane, action);
  }

  #environment(): Environment {
    const { computer } = this;
    const run = this.#run;
    return {
      now: () => computer.now,
      random: () => run.random(),
      newId: () => run.newId(),
      after: (milliseconds, action) => {
        const timer = { at: run.elapsed + milliseconds, action };
        if (!this.isGone) this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      openSocket: (events) => this.#openSocket(events),
      sessionEnded: () => Promise.resolve(false),
      reachable: () => Promise.resolve(computer.isOnline),
      onWake: (listener) => this.wakes.listen(() => this.#hear("events", listener)),
      onLeave: (listener) => this.#leaving.listen(listener),
      onNetwork: (listener) =>
        computer.networks.listen((online) => this.#hear("events", () => listener(online))),
      note: (name, text) => {
        if (this.isGone || run.spoil === "lastWords") return;
        if (text === null) computer.notes.delete(name);
        else computer.notes.set(name, text);
      },
      notes: (beginning) => new Map([...computer.notes].filter(([name]) => name.startsWith(beginning))),
      isVisible: () => true,
      lock: (name, events, steal) => {
        const release = computer.lock(this, name, events, steal);
        this.#releases.add(release);
        return () => {
          this.#releases.delete(release);
          release();
        };
      },
      openChannel: (name, hear) => computer.channel(this, name, hear),
      usedRoom: () => Promise.resolve(0),
      openStore: (user, workspace, lost, done) => {
        const fresh = run.newId();
        run.agenda.add(computer, "disk", () => {
          const name = storeName(user, workspace);
          const opening = computer.disk.openFor(this, () =>
            openIndexedStore(name, fresh, (reason) => this.#hear("disk", () => lost(reason))),
          );
          opening.then((store) => {
            if ("failed" in store)
              this.#hear("disk", () => done(store.failed === "broken" ? memoryStore(fresh) : store));
            else this.#hear("disk", () => done(this.#watched(spoiled(store, run.spoil))));
          });
        });
      },
    };
  }

  #openSocket(events: SocketEvents): Socket {
    const run = this.#run;
    const socket = run.nextNumber();
    if (this.isGone) return { send() {}, close() {} };
    run.sockets.set(socket, { ...events, page: this });
    run.say({ t: "open", page: this.number, socket });
    return {
      send: (text) => {
        if (!this.isGone && run.sockets.has(socket)) run.say({ t: "send", socket, text });
      },
      close: () => {
        if (!this.isGone && run.sockets.delete(socket)) run.say({ t: "close", socket });
      },
    };
  }

  /** Says what is kept. A page that is gone hears no answer, and one that is held hears it later. */
  #watched(store: Store): Store {
    const heard =
      <Answer>(done: (answer: Answer) => void) =>
      (answer: Answer) => {
        if (this.isHeld) this.#hear("disk", () => done(answer));
        else if (!this.isGone) done(answer);
      };
    return {
      lasting: store.lasting,
      load: (done) => store.load(heard(done)),
      write: (step, leader, done) =>
        store.write(step, leader, (written) => {
          if (step.append && "step" in written)
            this.#run.say({ t: "kept", ids: step.append.map(({ id }) => id) });
          heard(done)(written);
        }),
      lead: (done) => store.lead(heard(done)),
      close: () => store.close(),
    };
  }
}
