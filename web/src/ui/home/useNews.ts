import { useMemo } from "react";
import { useEngine, useRecords } from "@/engine/react";
import { type News, newsSince } from "./news";
import { rootOf, type Subject } from "./subjects";

/** What others did to these since a moment; nothing where there is none. */
export function useNews(subjects: readonly Subject[], since: string | null): readonly News[] {
  const engine = useEngine();
  // biome-ignore lint/correctness/useHookAtTopLevel: the kinds are the same at every drawing
  const records = subjects.map(({ type }) => useRecords(type));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list is another when something in it is
  return useMemo(
    () =>
      since === null
        ? []
        : newsSince(since, engine.user, records.flat(), (record) => rootOf(subjects, engine, record)),
    [engine, subjects, since, ...records],
  );
}
