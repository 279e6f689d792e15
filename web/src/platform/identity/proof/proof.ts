import { useSyncExternalStore } from "react";

/** The requests that wait for the password. One answer is for all of them. */
let waiting: readonly ((given: boolean) => void)[] = [];
const listeners = new Set<() => void>();

function put(next: typeof waiting): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/** Has the person asked for the password; whether it was given, and right. */
export function askForProof(): Promise<boolean> {
  return new Promise((resolve) => put([...waiting, resolve]));
}

export function answerProof(given: boolean): void {
  const asked = waiting;
  put([]);
  for (const answer of asked) answer(given);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useIsProofAsked(): boolean {
  return useSyncExternalStore(subscribe, () => waiting.length > 0);
}
