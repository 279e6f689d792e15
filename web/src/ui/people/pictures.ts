import { useEffect, useSyncExternalStore } from "react";
import { api, problemOf } from "@/engine/api";

let pictures: Readonly<Record<string, string>> = {};
const listeners = new Set<() => void>();

function put(next: Readonly<Record<string, string>>): void {
  pictures = next;
  for (const listener of listeners) listener();
}

/**
 * Asks whose pictures there are among the people that I work with, whenever the server can be reached again. Without them
 * everybody is drawn by initials.
 */
export function usePictures(isLive: boolean): void {
  useEffect(() => {
    if (isLive) void problemOf(api.pictures().then(put));
  }, [isLive]);
}

/** Shows what I have just chosen, or by `null` that there is none any more. */
export function putPicture(user: string, hash: string | null): void {
  const { [user]: _, ...others } = pictures;
  put(hash === null ? others : { ...others, [user]: hash });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where the picture of a person is; `null` where there is none. */
export function usePicture(user: string): string | null {
  const hash = useSyncExternalStore(subscribe, () => pictures[user]);
  return hash === undefined ? null : api.pictureAddress(user, hash);
}
