import { createEngine } from "@/engine/engine";
import type { Environment, Socket, SocketEvents } from "@/engine/environment";
import { newId } from "@/engine/ids";
import { MemoryDisk, memoryStore, type Store } from "@/engine/store";
import { Lock } from "@/engine/testing/tab";
import type { Engine } from "@/engine/types";

/** Whom the sockets of a client belong to, and where they go. */
export interface Line {
  /** Such as `ws://localhost:8400/api/sync`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the answers to transactions, the share that never arrives, for the line breaks before. */
  readonly lost: number;
}

/** The sockets of Node.js take headers, which those of browsers do not. */
const NodeSocket = WebSocket as unknown as new (url: string, options: object) => WebSocket;

/** A browser with a disk in memory: what a disk of its own would cost is not measured. */
export class Client {
  readonly disk = new MemoryDisk(newId());
  readonly #line: Line;
  readonly #lock = new Lock();
  readonly #channels = new Set<(message: unknown) => void>();
  isOnline = false;
  /** How many answers were lost, and how often the client connected. */
  readonly counts = { lost: 0, connected: 0 };

  constructor(line: Line) {
    this.#line = line;
  }

  tab(user: string, workspace: string): Tab {
    return new Tab(this, user, workspace);
  }

  store(): Store {
    const soon =
      <Answer>(done: (answer: Answer) => void) =>
      (answer: Answer) =>
        void setImmediate(() => done(answer));
    const kept = memoryStore("", this.disk);
    return {
      lasting: true,
      load: (done) => kept.load(soon(done)),
      write: (step, leader, done) => kept.write(step, leader, soon(done)),
      lead: (done) => kept.lead(soon(done)),
      close() {},
    };
  }

  lock(events: Parameters<Environment["lock"]>[1], steal: boolean): () => void {
    return this.#lock.ask(events, steal);
  }

  channel(hear: (message: unknown) => void): ReturnType<Environment["openChannel"]> {
    this.#channels.add(hear);
    return {
      post: (message) => {
        const copy = structuredClone(message);
        for (const other of this.#channels) if (other !== hear) setImmediate(() => other(copy));
      },
      close: () => {
        this.#channels.delete(hear);
      },
    };
  }

  openSocket(events: SocketEvents): Socket {
    if (!this.isOnline) {
      const refused = setTimeout(() => events.close(1006), 0);
      return { send() {}, close: () => clearTimeout(refused) };
    }
    const { url, headers, lost } = this.#line;
    const socket = new NodeSocket(url, { headers });
    const end = (code: number) => {
      socket.onclose = socket.onmessage = null;
      events.close(code);
    };
    socket.onopen = () => {
      this.counts.connected++;
      events.open();
    };
    socket.onmessage = ({ data }) => {
      const text = String(data);
      if (text.startsWith('{"t":"result"') && Math.random() < lost) {
        this.counts.lost++;
        socket.close();
        end(1006);
      } else events.message(text);
    };
    socket.onerror = () => {};
    socket.onclose = ({ code }) => end(code);
    return {
      send: (text) => socket.send(text),
      close: () => {
        socket.onclose = socket.onmessage = null;
        socket.close();
      },
    };
  }
}

/** One tab of a client. */
export class Tab {
  readonly engine: Engine;
  readonly #releases = new Set<() => void>();
  #isDead = false;

  constructor(client: Client, user: string, workspace: string) {
    const run =
      <Said extends unknown[]>(action: (...said: Said) => void) =>
      (...said: Said) => {
        if (!this.#isDead) action(...said);
      };
    const environment: Environment = {
      now: Date.now,
      random: Math.random,
      newId,
      after: (milliseconds, action) => {
        const timer = setTimeout(run(action), milliseconds);
        return () => clearTimeout(timer);
      },
      openSocket: (events) => {
        const socket = client.openSocket({
          open: run(() => events.open()),
          message: run((text) => events.message(text)),
          close: run((code) => events.close(code)),
        });
        this.#releases.add(() => socket.close());
        return socket;
      },
      sessionEnded: () => Promise.resolve(false),
      reachable: () => Promise.resolve(client.isOnline),
      onWake: () => () => {},
      onLeave: () => () => {},
      onNetwork: () => () => {},
      note() {},
      notes: () => new Map(),
      isVisible: () => true,
      lock: (_, { granted, lost }, steal) => {
        const release = client.lock({ granted: run(granted), lost: run(lost) }, steal);
        this.#releases.add(release);
        return release;
      },
      openChannel: (_, hear) => {
        const channel = client.channel(run(hear));
        this.#releases.add(() => channel.close());
        return channel;
      },
      usedRoom: () => Promise.resolve(0),
      openStore: (_, __, ___, done) => setImmediate(run(() => done(client.store()))),
    };
    this.engine = createEngine({ user, workspace, environment });
    this.engine.start();
  }

  /** It stops in the middle of whatever it does. */
  kill(): void {
    this.#isDead = true;
    for (const release of this.#releases) release();
  }
}
