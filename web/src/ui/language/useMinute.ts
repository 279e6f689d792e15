import { useSyncExternalStore } from "react";

const minuteMs = 60_000;
const now = (): number => Math.floor(Date.now() / minuteMs);

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) timer = setInterval(tick, minuteMs / 4);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** Changes once a minute, so that "3 minutes ago" does not grow stale while it is looked at. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, now);
}
