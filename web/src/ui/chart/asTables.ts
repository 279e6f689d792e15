import { useSyncExternalStore } from "react";

const key = "holdfast.charts";
const listeners = new Set<() => void>();

/** Storage can be forbidden; the choice then lasts as long as the page. */
function remembered(): boolean {
  try {
    return localStorage.getItem(key) === "tables";
  } catch {
    return false;
  }
}

let chosen: boolean | undefined;

/** Whether this browser shows every chart as a table: who reads one so reads them all so. */
export function useAsTables(): readonly [boolean, (asTables: boolean) => void] {
  const asTables = useSyncExternalStore(subscribe, () => {
    chosen ??= remembered();
    return chosen;
  });
  return [asTables, choose];
}

function choose(asTables: boolean): void {
  chosen = asTables;
  try {
    localStorage.setItem(key, asTables ? "tables" : "charts");
  } catch {
    // See above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
