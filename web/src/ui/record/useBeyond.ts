import { useEffect, useState } from "react";
import type { RecordTypeName } from "@/contract/contract";
import { problemOf } from "@/engine/api";
import { useEngine, useStatus, useWindow } from "@/engine/react";
import { recordsApi } from "@/engine/recordsApi";
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

  async function ask(): Promise<void> {
    const put = (asked: Asked) => setLast({ query, asked });
    put("asking");
    const problem = await problemOf(
      recordsApi.find(engine.workspace, type, query).then(({ records }) => {
        engine.bring(records);
        put({ found: records.length });
      }),
    );
    if (problem !== null) put(problem);
  }
  const asked = last?.query === query ? last.asked : null;
  return { isWindow, isOffline: connection !== "live", asked, ask: () => void ask() };
}

/** What is brought is here at once, or after so many milliseconds where another tab speaks for this one. */
const moment = 500;
/** An answer may be older than what was told meanwhile, and is then not taken; the next one is not. */
const mostAnswers = 2;

/** Brings one record that may lie beyond what is here. Whether it may still come. */
export function useBeyondOne(type: RecordTypeName, id: string, isHere: boolean): boolean {
  const engine = useEngine();
  const isWindow = useWindow(type);
  const connection = useStatus((status) => status.connection);
  const [last, setLast] = useState({ id, answers: 0 });
  const answers = last.id === id ? last.answers : 0;
  const isWanted = isWindow && !isHere && connection === "live" && answers < mostAnswers;
  useEffect(() => {
    if (!isWanted) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    recordsApi.one(engine.workspace, type, id).then(
      (record) => {
        engine.bring([record]);
        if (!isOver) timer = setTimeout(() => setLast({ id, answers: answers + 1 }), moment);
      },
      () => !isOver && setLast({ id, answers: mostAnswers }),
    );
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [engine, type, id, isWanted, answers]);
  return isWanted;
}
