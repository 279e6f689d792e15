import { ApiError, api } from "./api";
import { newId } from "./ids";
import { openIndexedStore } from "./indexedStore";
import { memoryStore, type Store, type StoreFailure, type StoreLost, storeName } from "./store";

/** What a socket tells its owner. `close` comes once, and nothing after it. */
export interface SocketEvents {
  open(): void;
  message(text: string): void;
  close(code: number): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface LockEvents {
  granted(): void;
  /** Another tab took it. */
  lost(): void;
}

export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** Everything that the engine takes from the world, so that a test can be the world. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to, but not including, 1. */
  random(): number;
  newId(): string;
  /** Runs the action once after so many milliseconds, unless the function that it returns is called before. */
  after(milliseconds: number, action: () => void): () => void;
  /** Opens a socket to the server's `/api/sync`. */
  openSocket(events: SocketEvents): Socket;
  /** A refused upgrade tells the browser nothing, so this asks whether the session was the reason. */
  sessionEnded(): Promise<boolean>;
  /** Whether the server answers at all, asked outside of the socket and not for long. */
  reachable(): Promise<boolean>;
  /** Calls when the page came into view; returns how to stop that. */
  onWake(listener: () => void): () => void;
  /** Calls when the page is about to go, which is no time to wait for anything; returns how to stop that. */
  onLeave(listener: () => void): () => void;
  /** Keeps a text at once, also of a page that is going, where there is room for it; `null` takes it away. */
  note(name: string, text: string | null): void;
  /** The texts that are kept under names that begin so. */
  notes(beginning: string): ReadonlyMap<string, string>;
  /** Whether a person can see the page. */
  isVisible(): boolean;
  /**
   * Asks for a lock that one tab of this browser can have at a time, and keeps asking.
   *
   * @param steal takes it from whoever has it
   * @returns how to give it up, or to ask no longer
   */
  lock(name: string, events: LockEvents, steal: boolean): () => void;
  /** Hears and speaks to the other tabs of this browser. What is posted is copied. */
  openChannel(name: string, hear: (message: unknown) => void): Channel;
  /** Which part of the room that the browser gives is taken, from 0 to 1; 0 where it does not say. */
  usedRoom(): Promise<number>;
  /** Opens what this browser keeps of a person's work in a workspace; a memory where it keeps nothing. */
  openStore(
    user: string,
    workspace: string,
    lost: StoreLost,
    done: (store: Store | { readonly failed: StoreFailure }) => void,
  ): void;
  /** Calls when the machine believes that it has a network again, or has none any more; returns how to stop that. */
  onNetwork(listener: (online: boolean) => void): () => void;
}

const longestProbe = 2_000;

/** @param keep whether work is kept in this browser; else it ends with the page */
export function browserEnvironment(keep = true): Environment {
  return {
    now: Date.now,
    random: Math.random,
    newId,
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
    openSocket(events) {
      const socket = new WebSocket(new URL("/api/sync", location.href.replace(/^http/, "ws")));
      socket.onopen = () => events.open();
      socket.onmessage = (message) => events.message(String(message.data));
      socket.onclose = (closed) => events.close(closed.code);
      return { send: (text) => socket.send(text), close: () => socket.close() };
    },
    sessionEnded: () =>
      api.me().then(
        () => false,
        (reason: unknown) => reason instanceof ApiError && reason.problem.status === 401,
      ),
    onWake(listener) {
      const visible = () => {
        if (document.visibilityState === "visible") listener();
      };
      document.addEventListener("visibilitychange", visible);
      return () => document.removeEventListener("visibilitychange", visible);
    },
    onLeave(listener) {
      window.addEventListener("pagehide", listener);
      return () => window.removeEventListener("pagehide", listener);
    },
    note(name, text) {
      try {
        if (text === null) localStorage.removeItem(name);
        else localStorage.setItem(name, text);
      } catch {
        // Without room for it the page goes on leaving: what is being written may still stand.
      }
    },
    notes: (beginning) =>
      new Map(
        Object.keys(localStorage)
          .filter((name) => name.startsWith(beginning))
          .map((name) => [name, localStorage.getItem(name) ?? ""]),
      ),
    isVisible: () => document.visibilityState === "visible",
    lock(name, { granted, lost }, steal) {
      const given = new AbortController();
      let release = () => given.abort();
      const held = navigator.locks.request(name, steal ? { steal } : { signal: given.signal }, () => {
        granted();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      });
      held.catch(() => {
        if (!given.signal.aborted) lost();
      });
      return () => release();
    },
    openChannel(name, hear) {
      const channel = new BroadcastChannel(name);
      channel.onmessage = (message) => hear(message.data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
    usedRoom: async () => {
      const { usage = 0, quota = 0 } = (await navigator.storage.estimate?.().catch(() => null)) ?? {};
      return quota > 0 ? usage / quota : 0;
    },
    openStore(user, workspace, lost, done) {
      const fresh = newId();
      if (!keep) {
        done(memoryStore(fresh));
        return;
      }
      // So that the browser does not take it when it needs room; it may refuse. Only pages can ask.
      void navigator.storage.persist?.();
      openIndexedStore(storeName(user, workspace), fresh, lost).then((store) =>
        // A private window may have none, and work goes on without.
        done("failed" in store && store.failed === "broken" ? memoryStore(fresh) : store),
      );
    },
    reachable: () =>
      fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(longestProbe) }).then(
        () => true,
        () => false,
      ),
    onNetwork(listener) {
      const online = () => listener(true);
      const offline = () => listener(false);
      window.addEventListener("online", online);
      window.addEventListener("offline", offline);
      return () => {
        window.removeEventListener("online", online);
        window.removeEventListener("offline", offline);
      };
    },
  };
}
