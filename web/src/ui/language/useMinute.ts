import { useSyncExternalStore } from "react";

const minuteMs = 60_000;
const now = (): number => Math.floor(Date.now() / minuteMs);

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, minuteMs / 4);
  return () => clearInterval(timer);
}

/** Changes once a minute, so that "3 minutes ago" does not grow stale while it is looked at. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, now);
}
