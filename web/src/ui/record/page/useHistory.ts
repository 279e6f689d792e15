import { useEffect, useState } from "react";
import { problemOf } from "@/engine/api";
import { useEngine, useIsLive } from "@/engine/react";
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
  /** Asks once more, after trouble. */
  readonly again: () => void;
}

/** What happened to a record, asked of the server anew with every change that comes in. */
export function useHistory({ type, id, version }: View): History {
  const { workspace } = useEngine();
  const isLive = useIsLive();
  const [held, hold] = useState<HistoryPage | null>(null);
  const [trouble, setTrouble] = useState<Complaint | null>(null);

  async function load(from: number | undefined, isWanted: () => boolean): Promise<void> {
    const add = (page: HistoryPage) =>
      hold((before) =>
        from === undefined ? page : { ...page, entries: [...(before?.entries ?? []), ...page.entries] },
      );
    const asked = recordsApi.history(workspace, type, id, from);
    const problem = await problemOf(asked.then((page) => isWanted() && add(page)));
    if (isWanted()) setTrouble(problem);
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another history, and a new connection another chance
  useEffect(() => {
    let isWanted = true;
    if (version > 0) void load(undefined, () => isWanted);
    return () => {
      isWanted = false;
    };
  }, [workspace, type, id, version, isLive]);

  return {
    entries: held?.entries ?? null,
    more: held !== null && held.next !== null,
    // Of what the server has not seen there is nothing to ask.
    trouble: version === 0 && !isLive ? { code: "network.unreachable" } : trouble,
    again: () => version > 0 && void load(undefined, () => true),
    older: () => held?.next != null && void load(held.next, () => true),
  };
}
