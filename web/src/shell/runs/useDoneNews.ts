import { useEffect, useRef, useState } from "react";
import { useLoaded } from "@/engine/react";
import { isUnderWay, type Run } from "@/ui/runs/runs";

/** So long it is said that something went well, in milliseconds. */
const saidMs = 30_000;

interface DoneNews {
  /** Whether it ended on this page a moment ago, and nobody has looked at it since. */
  readonly isNews: (run: Run) => boolean;
  /** I have looked. */
  readonly seen: () => void;
}

/** Which of my runs have just ended. */
export function useDoneNews(runs: readonly Run[]): DoneNews {
  const isLoaded = useLoaded("jobs.run") === "ready";
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const known = useRef<ReadonlySet<string> | null>(null);
  const ended = runs
    .filter((run) => !isUnderWay(run))
    .map(({ id }) => id)
    .join(" ");
  useEffect(() => {
    if (!isLoaded) return;
    const ids = ended.split(" ");
    // What had ended before the page opened is no news.
    const news = known.current === null ? [] : ids.filter((id) => !known.current?.has(id));
    known.current = new Set(ids);
    if (news.length === 0) return;
    setFresh((before) => new Set([...before, ...news]));
    setTimeout(() => setFresh((before) => new Set([...before].filter((id) => !news.includes(id)))), saidMs);
  }, [ended, isLoaded]);
  return { isNews: ({ id }) => fresh.has(id), seen: () => setFresh(new Set()) };
}
