import type { Status } from "@/engine/types";

export type SyncKind = "needsYou" | "outdated" | "offline" | "connecting" | "syncing" | "live";

export interface SyncState {
  readonly kind: SyncKind;
  /** Changes that wait, or that need the person. */
  readonly count: number;
  /** How it stands with the connection, whatever needs the person. */
  readonly line: Exclude<SyncKind, "needsYou">;
}

/** The one thing to say about the connection: what needs the person comes before what mends itself. */
export function syncState(status: Pick<Status, "connection" | "pending">, refused: number): SyncState {
  const line = lineOf(status);
  return refused > 0
    ? { kind: "needsYou", count: refused, line }
    : { kind: line, count: status.pending, line };
}

function lineOf({ connection, pending }: Pick<Status, "connection" | "pending">): SyncState["line"] {
  switch (connection) {
    case "outdated":
      return "outdated";
    case "offline":
    case "signedOut":
    case "removed":
      return "offline";
    // Nobody has tried yet: a page that opens is on its way.
    case "stopped":
    case "connecting":
    case "hello":
    case "welcome":
      return "connecting";
    case "live":
      return pending > 0 ? "syncing" : "live";
  }
}
