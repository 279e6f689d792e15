import { VisuallyHidden } from "@mantine/core";
import { useSyncExternalStore } from "react";

let message = "";
const listeners = new Set<() => void>();

/** Says something to a screen reader, politely, without moving anything on the screen. */
export function announce(text: string): void {
  message = text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The one live region; mounted once for the whole app. */
export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => message);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}
