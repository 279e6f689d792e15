import { scope, syncTag, type ToWorker } from "./scope";
import { sendWhatWaits } from "./sendWhatWaits";
import { fileFor, shellCaches } from "./shellFiles";

// Put in by the build.
declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;
declare const SHELL_PAGE: string;

const files = new Set(SHELL_FILES);
const cacheName = `${shellCaches}${SHELL_VERSION}`;

/** Keeps the files of this build, all or none. Nothing else ever enters a cache. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(
    SHELL_FILES.map(
      (file) => new Request(file, { cache: file.startsWith("/assets/") ? "default" : "no-cache" }),
    ),
  );
  // Behind one address may be servers of two versions, for as long as one replaces the other.
  const page = await cache.match("/index.html");
  if (page && (await digestOf("/index.html", page)) === SHELL_PAGE) return;
  await caches.delete(cacheName);
  throw new Error("The page that the server hands out is of another version; the next attempt may find it.");
}

async function digestOf(path: string, answer: Response): Promise<string> {
  const [name, content] = [new TextEncoder().encode(path), new Uint8Array(await answer.arrayBuffer())];
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array([...name, ...content]));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Every page of the old version is told by the browser, and loads itself anew. */
async function begin(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(shellCaches) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

async function answer(file: string, request: Request): Promise<Response> {
  // To open it would make it anew where it was taken off the browser under a page that is still open.
  return (await caches.match(file, { cacheName })) ?? fetch(request);
}

async function hear(said: ToWorker): Promise<void> {
  const pages = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (said === "takeOver" || pages.length <= 1) await scope.skipWaiting();
}

scope.addEventListener("install", (event) => event.waitUntil(keepFiles()));
scope.addEventListener("activate", (event) => event.waitUntil(begin()));
scope.addEventListener("message", (event) => event.waitUntil(hear(event.data as ToWorker)));
scope.addEventListener("fetch", (event) => {
  const file = fileFor(event.request, scope.location.origin, files);
  if (file !== null) event.respondWith(answer(file, event.request));
});
scope.addEventListener("sync", (event) => {
  if (event.tag === syncTag) event.waitUntil(sendWhatWaits());
});
