/** What a service worker finds around it, as far as ours uses it; the types of pages know nothing of it. */
interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface RequestEvent extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Events {
  install: LastingEvent;
  activate: LastingEvent;
  sync: LastingEvent & { readonly tag: string };
  message: LastingEvent & { readonly data: unknown };
  fetch: RequestEvent;
}

interface WorkerScope {
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(which: { type: "window"; includeUncontrolled: true }): Promise<readonly unknown[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): void;
}

export const scope = globalThis as unknown as WorkerScope;

/** What a page says to the worker that waits to take over from the one of an older version. */
export type ToWorker = "takeOver" | "takeOverIfAlone";

/** The one thing to be done when the network is back. */
export const syncTag = "holdfast.queue";
