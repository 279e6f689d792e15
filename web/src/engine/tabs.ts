import type { Channel, Environment } from "./environment";
import type { Told } from "./journal";
import type { Line } from "./model";
import type { RecordRef, WireRecord } from "./protocol";

/** What the tabs of one person in one workspace say to each other. */
export type Message =
  | { readonly t: "step"; readonly told: Told }
  /** How the line of the leading tab stands, which knows every step up to this one; also the answer to a ping. */
  | { readonly t: "line"; readonly line: Line; readonly at: number }
  /** To the leading tab: I know every step up to this one. */
  | { readonly t: "ping"; readonly at: number }
  /** To the leading tab: tell me what is not kept. I know every step up to this one. */
  | { readonly t: "lacking"; readonly at: number }
  /** To the leading tab: a page that goes has noted what it could not keep. */
  | { readonly t: "noted" }
  /** To the leading tab, what a person asked for in another. */
  | { readonly t: "start" }
  | { readonly t: "tryNow" }
  | { readonly t: "look"; readonly record: RecordRef | null }
  | { readonly t: "bring"; readonly records: readonly WireRecord[] };

export interface TabsListener {
  /** Up to which step this tab knows all. */
  at(): number;
  /** This tab is the one that may lead. */
  chosen(): void;
  /** Another tab took the lead, as this one had not been heard of. */
  deposed(): void;
  heard(message: Message): void;
}

const pingEvery = 2_000;
/** Whoever is silent for so long is frozen: its timers may rest in the background, but it would answer. */
const longestSilence = 10_000;

/**
 * One tab leads: it holds a lock that the browser frees when the tab goes. A tab that is frozen keeps its lock, so whoever
 * looks at another one has that take it away; the number under which it leads keeps the frozen one from writing when it
 * wakes.
 */
export class Tabs {
  readonly #environment: Environment;
  readonly #name: string;
  readonly #listener: TabsListener;
  #channel: Channel | null = null;
  #release: (() => void) | null = null;
  #isChosen = false;
  #heardAt = 0;
  #stopPinging: (() => void) | null = null;

  constructor(environment: Environment, name: string, listener: TabsListener) {
    this.#environment = environment;
    this.#name = name;
    this.#listener = listener;
  }

  /** Hears the others from now on, before what is kept is read: so that nothing falls between. */
  listen(): void {
    this.#channel ??= this.#environment.openChannel(this.#name, (message) => {
      const heard = message as Message;
      if (heard.t === "line" || heard.t === "step") this.#heardAt = this.#environment.now();
      this.#listener.heard(heard);
    });
  }

  /** Leads as soon as nobody else does. */
  run(): void {
    if (this.#release) return;
    this.#ask(false);
    if (this.#isChosen) return;
    this.#heardAt = this.#environment.now();
    this.#ping();
    this.#pingLater();
  }

  leave(): void {
    this.#stopPinging?.();
    this.#stopPinging = null;
    this.#isChosen = false;
    this.#release?.();
    this.#release = null;
    this.#channel?.close();
    this.#channel = null;
  }

  /** Lets another tab lead, and leads again after it. */
  stepDown(): void {
    if (!this.#release) return;
    this.#isChosen = false;
    this.#release();
    this.#release = null;
    this.run();
  }

  post(message: Message): void {
    this.#channel?.post(message);
  }

  #ask(steal: boolean): void {
    this.#release?.();
    this.#release = this.#environment.lock(
      this.#name,
      {
        granted: () => {
          this.#isChosen = true;
          this.#stopPinging?.();
          this.#stopPinging = null;
          this.#listener.chosen();
        },
        lost: () => {
          if (!this.#isChosen) return;
          this.#isChosen = false;
          this.#release = null;
          this.#listener.deposed();
          this.run();
        },
      },
      steal,
    );
  }

  #ping(): void {
    this.post({ t: "ping", at: this.#listener.at() });
  }

  #pingLater(): void {
    this.#stopPinging = this.#environment.after(pingEvery, () => {
      const silence = this.#environment.now() - this.#heardAt;
      // What nobody looks at has time; and two that are frozen by turns would take it from each other for ever.
      if (!this.#environment.isVisible()) this.#heardAt = this.#environment.now();
      else if (silence >= longestSilence) {
        this.#heardAt = this.#environment.now();
        this.#ask(true);
      } else this.#ping();
      if (!this.#isChosen) this.#pingLater();
    });
  }
}
