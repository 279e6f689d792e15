import { useEffect, useState } from "react";
import type { RecordTypeName } from "@/contract/contract";
import { ApiError, problemOf } from "@/engine/api";
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

/** How long to leave a server alone that could not answer. */
const pause = 5_000;

/**
 * - `asking`: it may still come
 * - `unreached`: the server could not be asked, which is tried again
 * - `gone`: there is none
 */
export type BeyondOne = "asking" | "unreached" | "gone";

/** Brings one record that may lie beyond what is here. */
export function useBeyondOne(type: RecordTypeName, id: string, isHere: boolean): BeyondOne {
  const engine = useEngine();
  const isWindow = useWindow(type);
  const connection = useStatus((status) => status.connection);
  const [last, setLast] = useState({ id, answers: 0, hasFailed: false });
  const { answers, hasFailed } = last.id === id ? last : { answers: 0, hasFailed: false };
  const isWanted = isWindow && !isHere && answers < mostAnswers;
  const isAsked = isWanted && connection === "live" && !hasFailed;
  useEffect(() => {
    if (!isAsked) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    recordsApi.one(engine.workspace, type, id).then(
      (record) => {
        engine.bring([record]);
        if (!isOver)
          timer = setTimeout(() => setLast({ id, answers: answers + 1, hasFailed: false }), moment);
      },
      (error: unknown) => {
        if (isOver) return;
        const isGone = error instanceof ApiError && error.problem.status === 404;
        setLast({ id, answers: isGone ? mostAnswers : answers, hasFailed: !isGone });
      },
    );
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [engine, type, id, isAsked, answers]);
  useEffect(() => {
    if (!hasFailed) return;
    const timer = setTimeout(() => setLast({ id, answers, hasFailed: false }), pause);
    return () => clearTimeout(timer);
  }, [id, answers, hasFailed]);
  if (!isWanted) return "gone";
  const isOnItsWay = connection === "connecting" || connection === "hello" || connection === "welcome";
  return isAsked || isOnItsWay ? "asking" : "unreached";
}
