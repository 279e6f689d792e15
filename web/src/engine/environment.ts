import { ApiError, api } from "./api";
import { newId } from "./ids";

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
  /** Calls when the machine believes that it has a network again, or has none any more; returns how to stop that. */
  onNetwork(listener: (online: boolean) => void): () => void;
}

const longestProbe = 2_000;

export function browserEnvironment(): Environment {
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
