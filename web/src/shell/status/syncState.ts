import type { Status } from "@/engine/types";

export type SyncKind = "needsYou" | "outdated" | "offline" | "connecting" | "syncing" | "live";

export interface SyncState {
  readonly kind: SyncKind;
  /** Changes that wait, or that need the person. */
  readonly count: number;
}

/** The one thing to say about the connection: what needs the person comes before what mends itself. */
export function syncState(status: Pick<Status, "connection" | "pending">, refused: number): SyncState {
  if (refused > 0) return { kind: "needsYou", count: refused };
  switch (status.connection) {
    case "outdated":
      return { kind: "outdated", count: status.pending };
    case "offline":
    case "signedOut":
    case "removed":
    case "stopped":
      return { kind: "offline", count: status.pending };
    case "connecting":
    case "hello":
    case "welcome":
      return { kind: "connecting", count: status.pending };
    case "live":
      return { kind: status.pending > 0 ? "syncing" : "live", count: status.pending };
  }
}
