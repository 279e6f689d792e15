import { useEffect, useState } from "react";
import type { RecordTypeName } from "@/contract/contract";
import { ApiError, api } from "@/engine/api";
import type { WireRecord } from "@/engine/protocol";
import { useEngine, useStatus, useWindow } from "@/engine/react";
import type { Complaint } from "./validate";

type Asked = "asking" | Complaint | { readonly found: number };

/** What a browser that holds only a part of the records can have the server look for. */
export interface Beyond {
  /** Whether there is more than what is here. */
  readonly isWindow: boolean;
  readonly isOffline: boolean;
  /** How the last question went; `null` before there was one. */
  readonly asked: Asked | null;
  /** Brings what the query finds; a record that was brought stays, and is live as the others are. */
  readonly ask: () => void;
}

export function useBeyond(type: RecordTypeName, query: string): Beyond {
  const engine = useEngine();
  const isWindow = useWindow(type);
  const connection = useStatus((status) => status.connection);
  const [last, setLast] = useState<{ readonly query: string; readonly asked: Asked } | null>(null);

  function ask(): void {
    const put = (asked: Asked) => setLast({ query, asked });
    put("asking");
    api.findRecords(engine.workspace, type, query).then(
      ({ records }) => {
        engine.bring(records);
        put({ found: records.length });
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        put(error.problem);
      },
    );
  }
  const asked = last?.query === query ? last.asked : null;
  return { isWindow, isOffline: connection !== "live", asked, ask };
}

/** Brings one record that may lie beyond what is here. Whether the answer is still awaited. */
export function useBeyondOne(type: RecordTypeName, id: string, isHere: boolean): boolean {
  const engine = useEngine();
  const isWindow = useWindow(type);
  const connection = useStatus((status) => status.connection);
  const [missing, setMissing] = useState<string | null>(null);
  const isWanted = isWindow && !isHere && connection === "live" && missing !== id;
  useEffect(() => {
    if (!isWanted) return;
    api.record(engine.workspace, type, id).then(
      (record: WireRecord) => engine.bring([record]),
      () => setMissing(id),
    );
  }, [engine, type, id, isWanted]);
  return isWanted;
}
