import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useEngine, useIsLive } from "@/engine/react";
import { useMinute } from "@/ui/language/useMinute";
import { homeIn, useHome } from "./useHome";
import { notedEvery, visitAt } from "./visits";

/** Notes now and then that I am there, while the page is looked at: what others change while I am not is news to me. */
export function useVisits(): void {
  const engine = useEngine();
  const isLive = useIsLive();
  const { isReady, note } = useHome();
  const visibility = useDocumentVisibility();
  const minute = useMinute();
  const noted = useRef(-Infinity);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks anew each minute, and when the page is seen again
  useEffect(() => {
    const home = homeIn(engine);
    if (!isReady || !isLive || home === undefined || document.visibilityState !== "visible") return;
    // However wrong the clock is, it is not noted more often.
    if (performance.now() - noted.current < notedEvery) return;
    const visit = visitAt(Date.now(), home);
    if (visit === null) return;
    noted.current = performance.now();
    note({ ...visit });
  }, [engine, isReady, isLive, visibility, minute]);
}

/**
 * Makes my home with my first visit.
 *
 * @param isNew whether the product is new to me too, and not only this workspace: then it begins with the tour
 */
export function useFirstVisit(isNew: boolean): void {
  const engine = useEngine();
  const isLive = useIsLive();
  const { isReady, note } = useHome();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is noted once
  useEffect(() => {
    if (!isReady || !isLive || homeIn(engine) !== undefined) return;
    note({ visitedAt: new Date().toISOString(), tour: isNew ? "open" : "done" });
  }, [engine, isReady, isLive]);
}
