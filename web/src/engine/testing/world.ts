import { createEngine } from "../engine";
import type { Environment } from "../environment";
import { create } from "../operations";
import type { Engine } from "../types";
import { FakeServer, type Link } from "./fakeServer";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that stands still, a server in memory and any number of engines: one run is like the other. */
export class World {
  readonly server = new FakeServer(() => this.now);
  now = Date.parse("2026-11-21T10:00:00Z");
  /** What the next random numbers are. */
  random = 0.5;
  signedOut = false;
  reachable = true;
  readonly #timers = new Set<Timer>();
  readonly #wake = new Set<() => void>();
  readonly #network = new Set<(online: boolean) => void>();
  #ids = 0;

  newId(): string {
    return `00000000-0000-7000-8000-${String(++this.#ids).padStart(12, "0")}`;
  }

  engine(user: string): Engine {
    return createEngine({ workspace: "workspace", environment: this.environment(user) });
  }

  /** An engine that is live, with one customer called Ada that the server has known from the start. */
  connected(user = "ann"): { readonly engine: Engine; readonly id: string } {
    const id = this.newId();
    this.server.write("bob", [create("solo.customer", id, { name: "Ada" })]);
    const engine = this.engine(user);
    engine.start();
    this.run();
    return { engine, id };
  }

  environment(user: string): Environment {
    return {
      now: () => this.now,
      random: () => this.random,
      newId: () => this.newId(),
      after: (milliseconds, action) => {
        const timer = { at: this.now + milliseconds, action };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      openSocket: (events) => this.server.connect(user, events),
      sessionEnded: () => Promise.resolve(this.signedOut),
      reachable: () => Promise.resolve(this.reachable),
      onWake: (listener) => {
        this.#wake.add(listener);
        return () => this.#wake.delete(listener);
      },
      onNetwork: (listener) => {
        this.#network.add(listener);
        return () => this.#network.delete(listener);
      },
    };
  }

  /** The page is in view again. */
  wake(): void {
    for (const listener of [...this.#wake]) listener();
  }

  /** The machine believes that it has a network, or none; whether it is right is `reachable`. */
  async network(online: boolean): Promise<void> {
    for (const listener of [...this.#network]) listener(online);
    // Whoever asked whether the server is reachable has heard.
    await Promise.resolve();
  }

  /** Lets time pass; timers fire in order. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.action();
    }
    this.now = end;
  }

  /** Lets time pass without any timer, as when the machine sleeps. */
  sleep(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Lets every frame arrive. */
  run(): void {
    while (this.server.links.some((link) => !link.isOpen || link.hasMail || link.waiting.length > 0)) {
      for (const link of [...this.server.links]) link.run();
    }
  }

  /** Lets frames arrive and time pass until every engine that wants to be is connected and answered. */
  calm(engines: readonly Engine[]): void {
    for (let round = 0; round < 50; round++) {
      this.run();
      if (engines.every((engine) => engine.status().connection === "live" && engine.pendingCount() === 0))
        return;
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
