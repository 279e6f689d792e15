import { useSyncExternalStore } from "react";
import { followBuilds } from "./builds";
import { syncTag, type ToWorker } from "./scope";
import { shellCaches } from "./shellFiles";

type Registration = ServiceWorkerRegistration & {
  readonly sync?: { register(tag: string): Promise<void> };
};

// While the page is developed there is no built one to keep.
const workers = import.meta.env.PROD && "serviceWorker" in navigator ? navigator.serviceWorker : null;

let newest: ServiceWorker | null = null;
/** Whether a page of another build is open beside this one, of which no worker knows. */
let isOtherOpen = false;
const listeners = new Set<() => void>();

function say(worker: ServiceWorker, to: ToWorker): void {
  worker.postMessage(to);
}

function put(waiting: ServiceWorker | null): void {
  newest = waiting;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function watch(registration: Registration): void {
  const look = () => put(workers?.controller ? registration.waiting : null);
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", look),
  );
  look();
}

/**
 * Goes over to a newer version as one: when its worker takes over, each page loads anew, so that no two versions run
 * beside each other. A page that is just opened brings it about where no other page is open.
 */
export async function followVersions(): Promise<void> {
  if (!workers) return;
  let isControlled = workers.controller !== null;
  // The name of the first script has its content in it.
  const build = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.src ?? "";
  followBuilds(build, !isControlled, () => {
    isOtherOpen = true;
    tell();
  });
  workers.addEventListener("controllerchange", () => {
    // The first worker ever finds a page that is of its own version.
    if (isControlled) window.location.reload();
    isControlled = true;
  });
  const registration = await workers.getRegistration();
  if (!registration) return;
  watch(registration);
  if (registration.waiting) say(registration.waiting, "takeOverIfAlone");
}

/** Keeps the page in this browser, so that it opens without a network. */
export async function keepShell(): Promise<void> {
  if (!workers || (await workers.getRegistration())) return;
  // Where the browser keeps nothing, the page comes from the server each time.
  const registration = await workers.register("/worker.js", { updateViaCache: "none" }).catch(() => null);
  if (registration) watch(registration);
}

/** Takes the page off this browser. */
export async function dropShell(): Promise<void> {
  if (!workers) return;
  await (await workers.getRegistration())?.unregister();
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(shellCaches)).map((name) => caches.delete(name)));
}

/** Asks the server whether there is a newer version. */
export async function lookForVersion(): Promise<void> {
  const registration = await workers?.getRegistration();
  // It is asked again when the server can be reached.
  await registration?.update().catch(() => undefined);
}

/** Goes over to the newest version, in every tab. */
export async function takeNewVersion(): Promise<void> {
  const registration = await workers?.getRegistration();
  await registration?.update().catch(() => undefined);
  const next = registration?.waiting ?? registration?.installing;
  if (!next) window.location.reload();
  else if (next.state === "installed") say(next, "takeOver");
  else next.addEventListener("statechange", () => next.state === "installed" && say(next, "takeOver"));
}

/** Has what waits sent when the network is back, even if no page is open then, in browsers that do such things. */
export async function sendInBackground(): Promise<void> {
  const registration: Registration | undefined = await workers?.getRegistration();
  // A browser may refuse it to a person's wish; an open page sends it all the same.
  await registration?.sync?.register(syncTag).catch(() => undefined);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a newer version is here, or open beside this one, and waits for the person to go over to it. */
export function useNewVersion(): boolean {
  return useSyncExternalStore(subscribe, () => newest !== null || isOtherOpen);
}
