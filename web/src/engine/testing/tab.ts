import type { Channel, Environment, LockEvents, Socket } from "../environment";
import { MemoryDisk, type Store, type StoreFailure } from "../store";
import type { World } from "./world";

export class Listeners<Said extends unknown[]> {
  readonly #all = new Set<(...said: Said) => void>();

  listen(listener: (...said: Said) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(...said: Said): void {
    for (const listener of [...this.#all]) listener(...said);
  }
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/**
 * One tab: what comes to it while it is frozen waits, and is heard before what comes while it wakes; what comes to it when
 * it is dead goes nowhere.
 */
export class Tab {
  readonly user: string;
  readonly timers = new Set<Timer>();
  readonly #world: World;
  readonly #leaving = new Listeners<[]>();
  readonly #waiting: (() => void)[] = [];
  readonly #sockets = new Set<Socket>();
  #releases: (() => void)[] = [];
  state: "alive" | "frozen" | "dead" = "alive";
  isVisible = true;

  constructor(world: World, user: string) {
    this.#world = world;
    this.user = user;
  }

  /** It is closed as pages are, which says a last word to them. */
  close(): void {
    this.#leaving.tell();
    this.kill();
  }

  /** It stops in the middle of whatever it does. The server notices as late as it would. */
  kill(): void {
    this.state = "dead";
    this.timers.clear();
    for (const release of this.#releases) release();
    for (const socket of this.#sockets) socket.close();
  }

  freeze(): void {
    this.state = "frozen";
  }

  thaw(): void {
    this.state = "alive";
    while (this.state === "alive" && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  /** What happens to it, when it can. */
  run(action: () => void): void {
    if (this.state === "dead") return;
    if (this.state === "frozen" || this.#waiting.length > 0) this.#waiting.push(action);
    else action();
  }

  environment(): Environment {
    const world = this.#world;
    const run = (action: () => void) => this.run(action);
    return {
      now: () => world.now,
      random: () => world.random,
      newId: () => world.newId(),
      after: (milliseconds, action) => {
        const timer = { at: world.now + milliseconds, action };
        this.timers.add(timer);
        return () => this.timers.delete(timer);
      },
      openSocket: (events) => {
        const socket = world.server.connect(this.user, {
          open: () => run(() => events.open()),
          message: (text) => run(() => events.message(text)),
          close: (code) => run(() => events.close(code)),
        });
        this.#sockets.add(socket);
        return socket;
      },
      sessionEnded: () => Promise.resolve(world.signedOut),
      reachable: () => Promise.resolve(world.reachable),
      onLeave: (listener) => this.#leaving.listen(listener),
      note: (name, text) => (text === null ? world.notes.delete(name) : world.notes.set(name, text)),
      notes: (beginning) => new Map([...world.notes].filter(([name]) => name.startsWith(beginning))),
      isVisible: () => this.isVisible,
      onWake: (listener) => world.wakes.listen(() => run(listener)),
      onNetwork: (listener) => world.networks.listen((online) => run(() => listener(online))),
      lock: (name, events, steal) => {
        const release = world.lock(
          name,
          { granted: () => run(() => events.granted()), lost: () => run(() => events.lost()) },
          steal,
        );
        this.#releases = [...this.#releases, release];
        return release;
      },
      openChannel: (name, hear) => world.channel(name, (message) => run(() => hear(message))),
      usedRoom: () => Promise.resolve(world.usedRoom),
      openStore: (user, workspace, _, done) => done(world.store(`${user}/${workspace}`, this)),
    };
  }
}

/** A lock of a browser: who has it, and who waits for it. */
export class Lock {
  readonly #asking: LockEvents[] = [];

  ask(events: LockEvents, steal: boolean): () => void {
    if (steal) this.#asking.shift()?.lost();
    if (steal) this.#asking.unshift(events);
    else this.#asking.push(events);
    if (this.#asking[0] === events) events.granted();
    return () => this.#leave(events);
  }

  #leave(events: LockEvents): void {
    const place = this.#asking.indexOf(events);
    if (place < 0) return;
    this.#asking.splice(place, 1);
    if (place === 0) this.#asking[0]?.granted();
  }
}

/** Tabs hear each other when the test lets them. */
export class Hub {
  readonly #members = new Set<(message: unknown) => void>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  join(hear: (message: unknown) => void): Channel {
    this.#members.add(hear);
    return {
      post: (message) => {
        const copy = structuredClone(message);
        for (const member of this.#members)
          if (member !== hear) this.#world.later(() => this.#members.has(member) && member(copy));
      },
      close: () => this.#members.delete(hear),
    };
  }
}

/** What a browser keeps, as slow and as unsound as the test wants it. */
export class Disk {
  readonly kept: MemoryDisk;
  /** The numbers of the operations that fail, counted from 1, and how. */
  readonly faults = new Map<number, StoreFailure>();
  operations = 0;
  wiped = false;

  constructor(browser: string) {
    this.kept = new MemoryDisk(browser);
  }

  store(world: World, tab: Tab): Store {
    // Once begun it is done, whatever becomes of the tab; that the tab hears of it is another matter.
    const ask = <Answer extends object>(
      work: () => Answer | { readonly failed: StoreFailure },
      done: (answer: Answer | { readonly failed: StoreFailure }) => void,
    ): void =>
      world.onDisk(() => {
        const failed = this.wiped ? "wiped" : this.faults.get(++this.operations);
        const answer = failed ? { failed } : structuredClone(work());
        tab.run(() => done(answer));
      }, tab);
    return {
      lasting: true,
      load: (done) => ask(() => this.kept.read(), done),
      write: (step, leader, done) => {
        const copy = structuredClone(step);
        ask(() => this.kept.write(copy, leader), done);
      },
      lead: (done) => ask(() => this.kept.lead(), done),
      close() {},
    };
  }
}
