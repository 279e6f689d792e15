/** The messages between browser and server, as docs/en/sync-protocol.md describes them. */
import type { ErrorCode, Permission, RecordTypeName, Role, ScopeName } from "@/contract/contract";

/** RFC 9457 problem details; `code` is what the browser translates by, with `params` filled in. */
export interface Problem<Code extends string = ErrorCode> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: Code;
  readonly field?: string;
  readonly params?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly traceId?: string;
}

export type Value = string | number | boolean | null | readonly string[];

export type Values = Readonly<Record<string, Value>>;

/**
 * A condition of an operation: the record is still as it was at this version, a field still holds this value, or no
 * other record holds these values afterwards.
 */
export type Guard =
  | { readonly version: number }
  | { readonly field: string; readonly equals: Value }
  | { readonly unique: readonly string[] };

interface Guarded {
  readonly guard?: Guard | readonly Guard[];
}

/** Where a new item goes; without it, and where the other item is not there, at the end. */
export type ListPlace = { readonly before: string } | { readonly after: string } | { readonly index: number };

export interface RecordRef {
  readonly type: RecordTypeName;
  readonly id: string;
}

export interface CreateOperation extends RecordRef, Guarded {
  readonly op: "create";
  readonly values: Values;
}

interface FieldStep extends RecordRef, Guarded {
  readonly field: string;
}

export interface SetOperation extends FieldStep {
  readonly op: "set";
  readonly value: Value;
}

export interface IncrementOperation extends FieldStep {
  readonly op: "increment";
  readonly by: number;
}

export interface ListInsertOperation extends FieldStep {
  readonly op: "listInsert";
  readonly value: string;
  readonly at?: ListPlace;
}

export interface ListRemoveOperation extends FieldStep {
  readonly op: "listRemove";
  readonly value: string;
}

export interface DeleteOperation extends RecordRef, Guarded {
  readonly op: "delete";
}

/** Brings a deleted record back as it was. */
export interface RestoreOperation extends RecordRef, Guarded {
  readonly op: "restore";
}

/** An operation that changes one field. */
export type FieldOperation = SetOperation | IncrementOperation | ListInsertOperation | ListRemoveOperation;

export type Operation = CreateOperation | FieldOperation | DeleteOperation | RestoreOperation;

/** A record as the server has it. `version` is the sequence number of the last transaction that touched it. */
export interface WireRecord extends RecordRef {
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string | null;
  readonly updatedAt: string;
  readonly updatedBy: string | null;
  readonly values: Values;
}

export interface DeltaUpdate extends RecordRef {
  readonly version: number;
  readonly previous: number;
  readonly set: Values;
}

export interface DeltaEnter extends RecordRef {
  readonly version: number;
  readonly previous: number;
  readonly enter: true;
  readonly values: Values;
  readonly createdAt: string;
  readonly createdBy: string | null;
}

export interface DeltaDelete extends RecordRef {
  readonly version: number;
  readonly previous: number;
  readonly deleted: true;
}

/** The record went out of my sight: it is there, but not for me. */
export interface DeltaLeave extends RecordRef {
  readonly version: number;
  readonly previous: number;
  readonly leave: true;
}

export type DeltaRecord = DeltaUpdate | DeltaEnter | DeltaDelete | DeltaLeave;

export interface DeltaItem {
  readonly seq: number;
  readonly tx: string;
  readonly at: string;
  readonly actor: string | null;
  readonly browser: string | null;
  readonly records: readonly DeltaRecord[];
}

/** A place in the log: how far a reader has read, and the transaction's id there. */
export interface Position {
  readonly seq: number;
  readonly tx: string | null;
}

/** Who I am in this workspace, and what I may do. */
export interface Me {
  readonly user: string;
  readonly member: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  /** The same for the same rights: who comes back with it needs to be told only what happened since. */
  readonly access: string;
}

export interface PushedTransaction {
  readonly mutation: number;
  readonly id: string;
  readonly schema: number;
  readonly operations: readonly Operation[];
}

export type ClientFrame =
  | {
      readonly t: "hello";
      readonly proto: number;
      readonly schema: number;
      readonly browser: string;
      /** Grows with each tab that speaks for the browser, which is one at a time. */
      readonly leader: number;
      readonly workspace: string;
      readonly epoch: string | null;
      readonly cursor: Position | null;
      readonly access: string | null;
      readonly scopes: readonly ScopeName[];
    }
  | { readonly t: "sub"; readonly add: readonly ScopeName[]; readonly remove: readonly ScopeName[] }
  | { readonly t: "push"; readonly transactions: readonly PushedTransaction[] }
  | { readonly t: "here"; readonly record: RecordRef | null }
  /** What a revoke named is forgotten. */
  | { readonly t: "revoked"; readonly id: string };

/** What a refused guard was about, field by field. */
export interface Conflict extends RecordRef {
  readonly fields: Readonly<
    Record<
      string,
      {
        /** What the operation wanted; missing where it wanted no value of its own. */
        readonly mine?: Value;
        /** What the field held where the sender last saw it, as far as the guard says when that was. */
        readonly base?: Value;
        readonly theirs: Value;
      }
    >
  >;
}

interface ResultOf {
  readonly mutation: number;
  readonly id: string;
}

export type Result =
  | (ResultOf & { readonly outcome: "applied" | "duplicate"; readonly seq: number })
  | (ResultOf & {
      readonly outcome: "conflict";
      readonly error: Problem;
      readonly conflicts?: readonly Conflict[];
      readonly current?: readonly WireRecord[];
    })
  | (ResultOf & { readonly outcome: "rejected"; readonly error: Problem })
  | (ResultOf & { readonly outcome: "retry"; readonly afterMs: number });

export interface Limits {
  readonly frameBytes: number;
  readonly transactions: number;
  readonly operations: number;
}

export interface PersonHere {
  readonly user: string;
  readonly browser: string;
  readonly record: RecordRef;
}

export type ServerFrame =
  | {
      readonly t: "welcome";
      readonly proto: number;
      readonly schema: { readonly min: number; readonly max: number };
      readonly epoch: string;
      readonly head: Position;
      readonly now: string;
      readonly lastMutation: number;
      readonly me: Me;
      readonly limits: Limits;
      readonly reset: boolean;
    }
  | {
      readonly t: "subOk";
      readonly scope: ScopeName;
      readonly at: number;
      readonly records: readonly WireRecord[];
      /** There are more than these, the newest; the server answers what lies beyond. */
      readonly more?: true;
    }
  | {
      readonly t: "subOk";
      readonly scope: ScopeName;
      readonly at: number;
      readonly changed: readonly WireRecord[];
      readonly gone: readonly string[];
    }
  | { readonly t: "subOk"; readonly scope: ScopeName; readonly at: number; readonly unchanged: true }
  | { readonly t: "subErr"; readonly scope: ScopeName; readonly error: Problem }
  | { readonly t: "result"; readonly results: readonly Result[] }
  | {
      readonly t: "delta";
      readonly from: number;
      readonly to: Position;
      readonly items: readonly DeltaItem[];
    }
  | {
      readonly t: "revoke";
      readonly id: string;
      readonly scopes: readonly ScopeName[];
      readonly records: readonly RecordRef[];
      readonly me: Me;
    }
  | { readonly t: "me"; readonly me: Me }
  | { readonly t: "presence"; readonly people: readonly PersonHere[] }
  | { readonly t: "nudge"; readonly head: Position }
  | { readonly t: "error"; readonly error: Problem }
  | { readonly t: "bye"; readonly code: string; readonly retryMs: number };
