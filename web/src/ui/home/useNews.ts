import { useEffect, useMemo, useState } from "react";
import { problemOf } from "@/engine/api";
import { useEngine, useRecords, useStatus } from "@/engine/react";
import { missedSince } from "./missed";
import { type Happening, type News, newsSince } from "./news";
import { rootOf, type Subject } from "./subjects";

/**
 * What others did to these since a moment; nothing where there is none. Without a connection it is what the records say by
 * themselves, which know who changed them last, and nothing of what was deleted.
 */
export function useNews(subjects: readonly Subject[], since: string | null): readonly News[] {
  const engine = useEngine();
  const isLive = useStatus(({ connection }) => connection === "live");
  const [told, tell] = useState<{ readonly since: string; readonly happenings: readonly Happening[] }>();
  // biome-ignore lint/correctness/useHookAtTopLevel: the kinds are the same at every drawing
  const records = subjects.map(({ type }) => useRecords(type));
  useEffect(() => {
    if (since === null || !isLive) return;
    let isWanted = true;
    const asked = missedSince(
      engine,
      since,
      subjects.map(({ type }) => type),
    ).then((happenings) => {
      if (isWanted) tell({ since, happenings });
    });
    // Whatever stands in its way, the records say what they know.
    void problemOf(asked);
    return () => {
      isWanted = false;
    };
  }, [engine, subjects, since, isLive]);
  const happenings = told?.since === since ? told?.happenings : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list is another when something in it is
  return useMemo(
    () =>
      since === null
        ? []
        : newsSince(
            since,
            engine.user,
            records.flat(),
            (record) => rootOf(subjects, engine, record),
            happenings,
          ),
    [engine, subjects, since, happenings, ...records],
  );
}
