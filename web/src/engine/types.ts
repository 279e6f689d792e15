import type { ErrorCode, Permission, RecordTypeName, RecordTypes, ScopeName } from "@/contract/contract";
import type { Conflict, Me, Operation, Problem, RecordRef, WireRecord } from "./protocol";
import type { Answered, UndoStep } from "./undo";

/** The values of a record, by its type's name. */
export type ValuesOf<T extends RecordTypeName> = RecordTypes[T];

export type FieldOf<T extends RecordTypeName> = keyof RecordTypes[T] & string;

/**
 * Why a field is not simply what the server has: it waits for the answer, or the answer was no (`failed`), as someone else
 * had changed the same (`conflicting`).
 */
export type FieldMark =
  | { readonly state: "pending" }
  | { readonly state: "failed" | "conflicting"; readonly letter: DeadLetter };

/**
 * A record as a screen shows it: what the server confirmed, overlaid with what waits to be confirmed. It is the same
 * object until something in it changes.
 */
export interface View<T extends RecordTypeName = RecordTypeName> {
  readonly type: T;
  readonly id: string;
  /** Sequence number of the last transaction that touched it; 0 while its creation is pending. */
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string | null;
  readonly updatedAt: string;
  readonly updatedBy: string | null;
  readonly values: ValuesOf<T>;
  /** `conflicting` or `failed` when something was refused, else `pending` when something waits. */
  readonly state: "confirmed" | FieldMark["state"];
  /** Holds only fields that wait or failed. A refused field shows the confirmed value; its letter has the refused one. */
  readonly fields: Readonly<Partial<Record<FieldOf<T>, FieldMark>>>;
}

/** How a transaction ended. */
export type Settled =
  | { readonly outcome: "applied"; readonly seq: number }
  | { readonly outcome: "conflict" | "rejected"; readonly error: Problem<ClientErrorCode> };

export interface TransactionHandle {
  readonly id: string;
  /** Resolves when the server has answered for good, however long that takes; never rejects. */
  readonly settled: Promise<Settled>;
}

/** A transaction that the server refused. It stays until a person retries or discards it. */
export interface DeadLetter {
  /** The transaction's id. */
  readonly id: string;
  readonly operations: readonly Operation[];
  readonly outcome: "conflict" | "rejected";
  readonly error: Problem<ClientErrorCode>;
  /** For a conflict: the records as the server has them. */
  readonly current: readonly WireRecord[];
  /** For a conflict: field by field what I wanted, what I had seen, and what is there now. */
  readonly conflicts: readonly Conflict[];
  /** When the refusal arrived, RFC 3339. */
  readonly at: string;
  /** Later transactions that wrote on from what this one was to write: what they wanted stands in it. */
  readonly joined?: readonly string[];
  /**
   * Later transactions that build on a record which this one was to make, in their order. They are sent, as new ones,
   * when it was mended, and go with it when it is discarded.
   */
  readonly held: readonly { readonly id: string; readonly operations: readonly Operation[] }[];
}

/** What came of taking something back. */
export interface Undone {
  /** What was done for it; nothing where all of it was left. */
  readonly operations: readonly Operation[];
  /** What was left as it is, because someone has changed it since. */
  readonly left: readonly Operation[];
  /** What only the server can take back, which is still to be asked; what it did is then told by `composed`. */
  readonly server?: UndoStep;
}

/** A transaction that the server has not answered for good. */
export interface Waiting {
  readonly id: string;
  readonly operations: readonly Operation[];
  /** When it was made, RFC 3339. */
  readonly at: string;
  /** Whether it was sent before, so that the server may have it already. */
  readonly sent: boolean;
}

/**
 * - `connecting`, `hello`, `welcome`: on the way up (socket opening; greeted; answered, snapshots under way)
 * - `live`: every scope is answered, changes arrive as they happen
 * - `offline`: no connection; tries again by itself
 * - `signedOut`: the session ended, or became another person's; nothing is lost, `start()` resumes after a sign-in
 * - `removed`: no longer a member of the workspace
 * - `outdated`: the server no longer speaks this page's protocol; reload
 * - `stopped`: before `start()` and after `stop()`
 */
export type ConnectionState =
  | "stopped"
  | "connecting"
  | "hello"
  | "welcome"
  | "live"
  | "offline"
  | "signedOut"
  | "removed"
  | "outdated";

export interface Status {
  readonly connection: ConnectionState;
  /** Transactions that the server has not answered for good. */
  readonly pending: number;
  /** `refused`: I may not read it. `loading` is said only until the first answer: a reconnection shows what is held. */
  readonly scopes: Readonly<Record<ScopeName, "loading" | "ready" | "refused">>;
  /** Of these scopes only the newest records are here; for the others one has to ask the server, and `bring` the answer. */
  readonly windows: readonly ScopeName[];
  /** The last error frame of the server, if any: a sign of a fault in the page, not of the person. */
  readonly error: Problem | null;
  /**
   * - `opening`: what was kept is being read
   * - `kept`: all is kept in this browser, and outlives the page
   * - `memory`: nothing is, by choice or because this browser keeps nothing: what was not sent goes with the page
   * - `full`: what waits is kept, but there is no room for the rest
   */
  readonly storage: "opening" | "kept" | "memory" | "full";
}

/** Someone else's edit that has just arrived. `by` is a user id; `null` is the system. It ends with my own write. */
export interface RecentChange {
  /** `gone` is out of my sight, but not deleted. */
  readonly kind: "changed" | "deleted" | "gone";
  readonly by: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** What a listener can be told about: a part of the engine, every record of a type, or one record (`type/id`). */
export type Topic =
  | "status"
  | "me"
  | "presence"
  | "deadLetters"
  | "queue"
  | "undo"
  | "recent"
  | RecordTypeName
  | `${RecordTypeName}/${string}`;

export interface Engine {
  /** Whose engine it is. */
  readonly user: string;
  readonly workspace: string;

  /**
   * Reads what is kept and connects, or resumes after `signedOut` or `stop()`. Of several tabs one is connected, for all
   * of them.
   */
  start(): void;
  stop(): void;
  /** Tries to connect at once, for who does not want to wait for the next attempt. Nothing where it is stopped. */
  tryNow(): void;

  /**
   * Writes optimistically: views show it at once, the server is told when there is a connection. The operations hold
   * together or not at all. While the line is not live, a field that is set gets a guard on what the person sees there
   * (decision 39). Throws when there is no operation.
   *
   * @param how `undoable: false` for what is no edit, such as where a person stands: no Ctrl+Z meets it
   */
  transact(operations: readonly Operation[], how?: { readonly undoable?: boolean }): TransactionHandle;
  /**
   * What is done to many records at once: in as few transactions as hold it, what concerns one record always in one; each
   * record in one of its own while the line is not live, for what is refused then is refused for what others did. Each
   * holds or is refused by itself; all are taken back together, by the id of any.
   */
  transactInParts(operations: readonly Operation[]): readonly TransactionHandle[];

  /** Every record of the type, by id (which is the order in which they were made). */
  records<T extends RecordTypeName>(type: T): readonly View<T>[];
  record<T extends RecordTypeName>(type: T, id: string): View<T> | undefined;

  status(): Status;
  /** `null` until the first welcome. */
  me(): Me | null;
  can(permission: Permission): boolean;

  /** Says to the others which record I look at. */
  look(record: RecordRef | null): void;
  /** User ids of the others who look at the record, each once. */
  presence(record: RecordRef): readonly string[];

  /** The newest change by someone else within the last seconds, of a field or of any field of the record. */
  recentChange(record: RecordRef, field?: string): RecentChange | null;

  deadLetters(): readonly DeadLetter[];
  /**
   * Sends a refused transaction again as a new one, `operations` in its place where it was mended. Guards move to what is
   * held now, those on fields only where nothing was mended: the person has seen it. Throws when there is no such letter.
   */
  retry(id: string, operations?: readonly Operation[]): TransactionHandle;
  discard(id: string): void;

  /**
   * Takes back what I did last, or does again what I took back last, in whatever tab. What someone else has changed since
   * is left as it is. `null` where there is nothing to take back.
   *
   * @param transaction what to take back instead of the last
   */
  undo(transaction?: string): Undone | null;
  redo(): Undone | null;
  /**
   * What the server has composed for me, such as a merge, is taken back like what I did here, in the order of doing.
   *
   * @param answered of which step it is the answer: it takes the place of what is done of that
   */
  composed(transactions: readonly string[], answered?: Answered): void;
  canUndo(): boolean;
  canRedo(): boolean;

  /** Transactions that the server has not answered for good. */
  pendingCount(): number;
  /** Of these, those that a closing page would lose: ask before it closes when this is not 0. */
  unkeptCount(): number;
  /** What waits, in the order in which it is sent. */
  pending(): readonly Waiting[];

  /** Records of a window that the server answered over HTTP: they stay, and are live as the others are. */
  bring(records: readonly WireRecord[]): void;

  subscribe(topic: Topic, listener: () => void): () => void;
}

/**
 * What the browser itself says beside the server's codes: the server could not be reached, or spoke no JSON; this
 * browser has no room for a change, or could not write it down.
 */
export type ClientErrorCode =
  | ErrorCode
  | "network.unreachable"
  | "response.malformed"
  | "storage.full"
  | "storage.failed";
