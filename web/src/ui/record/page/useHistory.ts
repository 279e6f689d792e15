import { useEffect, useState } from "react";
import { ApiError } from "@/engine/api";
import { useEngine, useStatus } from "@/engine/react";
import { type HistoryEntry, type HistoryPage, recordsApi } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import type { Complaint } from "../validate";

interface History {
  /** Newest first; `null` until the first are here. */
  readonly entries: readonly HistoryEntry[] | null;
  readonly more: boolean;
  readonly trouble: Complaint | null;
  /** Adds the page after what is shown. */
  readonly older: () => void;
}

/** What happened to a record, asked of the server anew with every change that comes in. */
export function useHistory({ type, id, version }: View): History {
  const { workspace } = useEngine();
  const connection = useStatus((status) => status.connection);
  const [held, hold] = useState<HistoryPage | null>(null);
  const [trouble, setTrouble] = useState<Complaint | null>(null);

  async function load(from: number | undefined, isWanted: () => boolean): Promise<void> {
    try {
      const page = await recordsApi.history(workspace, type, id, from);
      if (!isWanted()) return;
      setTrouble(null);
      hold((before) =>
        from === undefined ? page : { ...page, entries: [...(before?.entries ?? []), ...page.entries] },
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isWanted()) setTrouble(error.problem);
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another history, and a new connection another chance
  useEffect(() => {
    let isWanted = true;
    if (version > 0) void load(undefined, () => isWanted);
    return () => {
      isWanted = false;
    };
  }, [workspace, type, id, version, connection === "live"]);

  return {
    entries: held?.entries ?? null,
    more: held !== null && held.next !== null,
    // Of what the server has not seen there is nothing to ask.
    trouble: version === 0 && connection !== "live" ? { code: "network.unreachable" } : trouble,
    older: () => held?.next != null && void load(held.next, () => true),
  };
}
