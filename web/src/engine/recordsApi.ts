import type { RecordTypeName } from "@/contract/contract";
import { at, send } from "./api";
import type { Problem, ServerFrame, Value, Values, WireRecord } from "./protocol";
import { sendOnce } from "./sendOnce";

/** One field as an entry of the log changed it; a value that was erased since says so instead of being there. */
export interface FieldChange {
  readonly field: string;
  readonly before?: Value;
  readonly after?: Value;
  readonly beforeErased?: true;
  readonly afterErased?: true;
}

/** What one transaction did to a record. `base` is how it stood where the log was compacted. */
export interface HistoryEntry {
  readonly version: number;
  readonly tx: string;
  /** RFC 3339. */
  readonly at: string;
  /** A user id; `null` is the system. */
  readonly by: string | null;
  readonly kind: "create" | "set" | "delete" | "base";
  readonly fields: readonly FieldChange[];
}

/** Newest first; `next` is where the page after this one begins. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly next: number | null;
}

/** What became of a command that the server composed; `left` are records that someone has changed since. */
export interface Done {
  readonly id: string;
  readonly left?: readonly string[];
}

/** A row that cannot be imported; rows are counted as spreadsheets do, with the heads as row 1. */
export interface Fault {
  readonly row: number;
  readonly column?: string | null;
  readonly error: Problem;
}

export interface Trial {
  readonly rows: number;
  readonly faultyRows: number;
  readonly faults: readonly Fault[];
}

/** What a copy shall be: other values in it, the types of what comes along with the values of these, and how many days later. */
export interface Copy {
  readonly values: Values;
  readonly with: Readonly<Partial<Record<RecordTypeName, Values>>>;
  readonly days: number;
}

export interface Import {
  /** With its heads in the first line. */
  readonly csv: string;
  /** From a head to the field that it fills. */
  readonly columns: Readonly<Record<string, string>>;
}

const recordAt = (workspace: string, type: RecordTypeName, id: string) =>
  at(workspace, `records/${type}/${encodeURIComponent(id)}`);

/** What a browser does not hold itself, or only the server can compose. Each call throws `ApiError`. */
export const recordsApi = {
  /** Those made last of what the query finds, at most 200. */
  find: (workspace: string, type: RecordTypeName, query: string) =>
    send<{ readonly records: readonly WireRecord[] }>(
      "GET",
      at(workspace, `records/${type}?limit=200${query === "" ? "" : `&query=${encodeURIComponent(query)}`}`),
    ),
  one: (workspace: string, type: RecordTypeName, id: string) =>
    send<WireRecord>("GET", recordAt(workspace, type, id)),
  history: (workspace: string, type: RecordTypeName, id: string, from?: number) =>
    send<HistoryPage>(
      "GET",
      `${recordAt(workspace, type, id)}/history${from === undefined ? "" : `?from=${from}`}`,
    ),
  /** What the socket would say after a hello with this cursor. */
  changes: async (workspace: string, asked: Readonly<Record<string, string>>) =>
    (
      await send<{ readonly frames: readonly ServerFrame[] }>(
        "GET",
        at(workspace, `changes?${new URLSearchParams(asked)}`),
      )
    ).frames,
  /** The record as it was right after that entry of the log. */
  past: (workspace: string, type: RecordTypeName, id: string, version: number) =>
    send<WireRecord>("GET", `${recordAt(workspace, type, id)}?at=${version}`),
  merge: (workspace: string, type: RecordTypeName, id: string, into: string, take: readonly string[]) =>
    sendOnce<Done>(`${recordAt(workspace, type, id)}/merge-into/${encodeURIComponent(into)}`, { take }),
  /** Makes a record like another one, and like what lies below it of the types that are named. */
  copy: (workspace: string, type: RecordTypeName, id: string, wanted: Copy) =>
    sendOnce<Done & { readonly record: string }>(`${recordAt(workspace, type, id)}/copy`, { ...wanted }),
  /** Without an `id` where nothing was left to undo. */
  undo: (workspace: string, transaction: string) =>
    send<Partial<Done>>("POST", at(workspace, `transactions/${encodeURIComponent(transaction)}/undo`), {}),
  tryImport: (workspace: string, type: RecordTypeName, wanted: Import) =>
    send<Trial>("POST", at(workspace, `records/${type}/import`), { ...wanted, dryRun: true }),
  /** Asks for all rows as one transaction; the job that makes them is a `jobs.run`. */
  import: (workspace: string, type: RecordTypeName, wanted: Import) =>
    sendOnce<{ readonly rows: number; readonly run: string; readonly transaction: string }>(
      at(workspace, `records/${type}/import`),
      { ...wanted, dryRun: false },
    ),
  /** Where the file is that holds all records of the type. */
  exportAddress: (workspace: string, type: RecordTypeName, format: "csv" | "json") =>
    at(workspace, `records/${type}/export?format=${format}`),
};
