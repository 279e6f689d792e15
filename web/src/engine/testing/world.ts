import { createEngine } from "../engine";
import type { Channel, LockEvents } from "../environment";
import { create } from "../operations";
import type { Store } from "../store";
import type { Engine } from "../types";
import { FakeServer, type Link } from "./fakeServer";
import { Disk, Hub, Listeners, Lock, Tab } from "./tab";

/** Nothing that a test lets happen has so many consequences. */
const longestRun = 10_000;

/** A clock that stands still, a server in memory, and any number of tabs of one browser for each person. */
export class World {
  readonly server = new FakeServer(() => this.now);
  now = Date.parse("2026-11-21T10:00:00Z");
  /** What the next random numbers are. */
  random = 0.5;
  signedOut = false;
  reachable = true;
  /** From 0 to 1. */
  usedRoom = 0;
  /** Whether what tabs ask of the disk and say to each other waits until `settle`, or until a test takes it one by one. */
  isSlow = false;
  readonly wakes = new Listeners<[]>();
  readonly networks = new Listeners<[online: boolean]>();
  readonly tabs: Tab[] = [];
  readonly notes = new Map<string, string>();
  readonly #disks = new Map<string, Disk>();
  readonly #locks = new Map<string, Lock>();
  readonly #hubs = new Map<string, Hub>();
  readonly #under: { readonly action: () => void; readonly tab: Tab | null }[] = [];
  #running = false;
  #ids = 0;

  newId(): string {
    return `00000000-0000-7000-8000-${String(++this.#ids).padStart(12, "0")}`;
  }

  tab(user: string): { readonly tab: Tab; readonly engine: Engine } {
    const tab = new Tab(this, user);
    this.tabs.push(tab);
    return { tab, engine: createEngine({ user, workspace: "workspace", environment: tab.environment() }) };
  }

  engine(user: string): Engine {
    return this.tab(user).engine;
  }

  /** An engine that is live, with one customer called Ada that the server has known from the start. */
  connected(user = "ann"): { readonly engine: Engine; readonly tab: Tab; readonly id: string } {
    const id = this.newId();
    this.server.write("bob", [create("solo.customer", id, { name: "Ada" })]);
    const { engine, tab } = this.tab(user);
    engine.start();
    this.run();
    return { engine, tab, id };
  }

  disk(user = "ann"): Disk {
    const name = `${user}/workspace`;
    const disk = this.#disks.get(name) ?? new Disk(this.newId());
    this.#disks.set(name, disk);
    return disk;
  }

  store(name: string, tab: Tab): Store {
    return this.disk(name.split("/")[0]).store(this, tab);
  }

  lock(name: string, events: LockEvents, steal: boolean): () => void {
    const lock = this.#locks.get(name) ?? new Lock();
    this.#locks.set(name, lock);
    return lock.ask(events, steal);
  }

  channel(name: string, hear: (message: unknown) => void): Channel {
    const hub = this.#hubs.get(name) ?? new Hub(this);
    this.#hubs.set(name, hub);
    return hub.join(hear);
  }

  /** Something that takes a moment inside of the browser. */
  later(action: () => void): void {
    this.#under.push({ action, tab: null });
    if (!this.isSlow) this.settle();
  }

  /** The same for the disk. What a tab that dies has asked for is not done any more. */
  onDisk(action: () => void, tab: Tab): void {
    if (!this.isSlow && !this.#running) action();
    else this.#under.push({ action, tab });
    if (!this.isSlow) this.settle();
  }

  /** How many things are under way inside of the browser. */
  get underWay(): number {
    return this.#under.length;
  }

  /** Lets the next thing inside of the browser happen. */
  one(): boolean {
    const next = this.#under.shift();
    if (next && next.tab?.state !== "dead") next.action();
    return next !== undefined;
  }

  /** Lets everything happen that is under way inside of the browser. */
  settle(): void {
    if (this.#running) return;
    this.#running = true;
    let things = 0;
    while (this.one()) if (++things > longestRun) throw new Error("The tabs never come to rest.");
    this.#running = false;
  }

  /** The page is in view again. */
  wake(): void {
    this.wakes.tell();
  }

  /** The machine believes that it has a network, or none; whether it is right is `reachable`. */
  async network(online: boolean): Promise<void> {
    this.networks.tell(online);
    // Whoever asked whether the server is reachable has heard.
    await Promise.resolve();
  }

  /** Lets time pass; timers fire in order. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.tabs
        .filter(({ state }) => state === "alive")
        .flatMap((tab) => [...tab.timers].map((timer) => ({ tab, timer })))
        .sort((a, b) => a.timer.at - b.timer.at)[0];
      if (!next || next.timer.at > end) break;
      next.tab.timers.delete(next.timer);
      this.now = Math.max(this.now, next.timer.at);
      next.timer.action();
    }
    this.now = end;
  }

  /** Lets time pass without any timer, as when the machine sleeps. */
  sleep(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Lets every frame arrive, and whatever follows from it in the browsers happen. */
  run(): void {
    let rounds = 0;
    do {
      if (++rounds > longestRun) throw new Error("The tabs and the server never come to rest.");
      this.settle();
      for (const link of [...this.server.links]) link.run();
    } while (
      this.#under.length > 0 ||
      this.server.links.some((link) => !link.isOpen || link.hasMail || link.waiting.length > 0)
    );
  }

  /** Lets frames arrive and time pass until every engine that wants to be is connected and answered. */
  calm(engines: readonly Engine[]): void {
    for (let round = 0; round < 50; round++) {
      this.run();
      if (engines.every(isCalm)) return;
      this.pass(1_000);
    }
    throw new Error(`No calm: ${JSON.stringify(engines.map((engine) => engine.status()))}`);
  }

  /** The server's end of the one socket. */
  link(user?: string): Link {
    const links = this.server.links.filter((link) => user === undefined || link.user === user);
    const link = links[0];
    if (!link || links.length > 1) throw new Error(`${links.length} sockets stand.`);
    return link;
  }
}

function isCalm(engine: Engine): boolean {
  const { connection, pending, storage } = engine.status();
  return connection === "live" && pending === 0 && storage !== "opening";
}
