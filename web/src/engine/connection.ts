import type { Environment, Socket } from "./environment";
import type { ClientFrame, ServerFrame } from "./protocol";
import type { ConnectionState } from "./types";

const firstDelay = 250;
const longestDelay = 15_000;
/** The server nudges every 20 s; a line that is silent for longer than two of these is dead. */
const longestSilence = 45_000;
/** Opening and greeting is quick, or it leads nowhere. */
const longestGreeting = 10_000;

const sessionEndedCode = 4401;
const memberGoneCode = 4403;

export interface ConnectionListener {
  stateChanged(): void;
  /** What to greet the server with. */
  hello(): ClientFrame;
  frame(frame: ServerFrame): void;
}

/** One socket at a time, and what to do when it goes: the state machine of `ConnectionState`. */
export class Connection {
  readonly #environment: Environment;
  readonly #listener: ConnectionListener;
  #state: ConnectionState = "stopped";
  #socket: Socket | null = null;
  #attempts = 0;
  #heardAt = 0;
  #welcomedAt: number | null = null;
  /** How long the server asked to be left alone. */
  #byeDelay: number | null = null;
  #cancelTimer: (() => void) | null = null;
  #stopListening: (() => void) | null = null;

  constructor(environment: Environment, listener: ConnectionListener) {
    this.#environment = environment;
    this.#listener = listener;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The server has greeted back: it takes transactions and subscriptions. */
  get isUp(): boolean {
    return this.#state === "welcome" || this.#state === "live";
  }

  start(): void {
    if (this.#socket || this.#state === "offline") return;
    this.#stopListening ??= this.#listen();
    this.#attempts = 0;
    this.#connect();
  }

  /** Ends it; the state says why. Only `start()` begins again. */
  end(state: "stopped" | "signedOut" | "removed" | "outdated"): void {
    this.#stopListening?.();
    this.#stopListening = null;
    this.#dropSocket();
    this.#become(state);
  }

  /** Every scope is answered. */
  live(): void {
    if (this.#state === "welcome") this.#become("live");
  }

  send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  /** Tries again at once, whatever it waits for; nothing where it has ended. */
  tryNow(): void {
    if (this.#stopListening === null) return;
    this.#dropSocket();
    this.#attempts = 0;
    this.#connect();
  }

  /** Begins again on a fresh socket: something went wrong on this one. */
  reconnect(): void {
    this.#dropSocket();
    // A server that welcomes and then falls over is not to be hammered, so only a line that held starts anew.
    if (this.#welcomedAt !== null && this.#environment.now() - this.#welcomedAt >= longestDelay)
      this.#attempts = 0;
    this.#welcomedAt = null;
    const bound = Math.min(longestDelay, firstDelay * 2 ** this.#attempts++);
    const delay = this.#byeDelay === null ? bound * this.#environment.random() : this.#byeDelay;
    this.#byeDelay = null;
    this.#cancelTimer = this.#environment.after(delay, () => this.#connect());
    this.#become("offline");
  }

  #connect(): void {
    this.#cancelTimer?.();
    let opened = false;
    const socket = this.#environment.openSocket({
      open: () => {
        if (this.#socket !== socket) return;
        opened = true;
        this.#become("hello");
        this.send(this.#listener.hello());
      },
      message: (text) => {
        if (this.#socket === socket) this.#receive(text);
      },
      close: (code) => {
        if (this.#socket === socket) this.#closed(code, opened);
      },
    });
    this.#socket = socket;
    this.#heardAt = this.#environment.now();
    this.#watchSilence();
    this.#become("connecting");
  }

  #receive(text: string): void {
    this.#heardAt = this.#environment.now();
    let frame: ServerFrame;
    try {
      frame = JSON.parse(text);
    } catch {
      this.reconnect();
      return;
    }
    if (frame.t === "welcome") {
      this.#welcomedAt = this.#heardAt;
      this.#become("welcome");
    }
    // It closes the socket when it has said all: what it still answers is worth hearing.
    if (frame.t === "bye") this.#byeDelay = frame.retryMs * (1 + this.#environment.random());
    this.#listener.frame(frame);
  }

  #closed(code: number, opened: boolean): void {
    if (code === sessionEndedCode) this.end("signedOut");
    else if (code === memberGoneCode) this.end("removed");
    else {
      this.reconnect();
      // Why an upgrade was refused is kept from us.
      if (!opened) void this.#askWhy();
    }
  }

  async #askWhy(): Promise<void> {
    const ended = await this.#environment.sessionEnded();
    if (ended && this.#state === "offline") this.end("signedOut");
  }

  #listen(): () => void {
    const stopWaking = this.#environment.onWake(() => this.#wake());
    const stopNetwork = this.#environment.onNetwork((online) => {
      // A socket of the old network is dead and would be silent for long.
      if (online) this.tryNow();
      else void this.#probe();
    });
    return () => {
      stopWaking();
      stopNetwork();
    };
  }

  /** A machine may believe that it is offline and reach the server all the same, above all one that is both. */
  async #probe(): Promise<void> {
    const socket = this.#socket;
    const reachable = await this.#environment.reachable();
    if (!reachable && socket !== null && this.#socket === socket) this.reconnect();
  }

  #wake(): void {
    if (this.#state === "offline") this.#connect();
    else if (this.#socket && this.#patience() <= 0) this.reconnect();
  }

  /** How much longer to wait for the next frame. */
  #patience(): number {
    const longest = this.isUp ? longestSilence : longestGreeting;
    return this.#heardAt + longest - this.#environment.now();
  }

  #watchSilence(): void {
    this.#cancelTimer = this.#environment.after(this.#patience(), () => {
      if (this.#patience() <= 0) this.reconnect();
      else this.#watchSilence();
    });
  }

  #dropSocket(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #become(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.stateChanged();
  }
}
