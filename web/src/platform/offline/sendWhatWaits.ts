import { createEngine } from "@/engine/engine";
import { browserEnvironment, type Environment } from "@/engine/environment";
import { unsentWork } from "@/engine/indexedStore";
import type { KeptWork } from "@/engine/store";

/** Browsers give a worker about half a minute. */
const longest = 20_000;

const nothingToStop = () => () => undefined;

/** A worker has no page: nobody looks at it, nothing wakes it, and it writes no notes. */
function workerEnvironment(): Environment {
  return {
    ...browserEnvironment(),
    onWake: nothingToStop,
    onLeave: nothingToStop,
    onNetwork: nothingToStop,
    note: () => undefined,
    notes: () => new Map(),
    isVisible: () => false,
  };
}

/**
 * Sends what waits in this browser, when the network is back and no page is open for it. It is the same engine under the
 * same lock as a tab's: where a page leads, this one only looks on until the queue is empty. Throws where something could
 * not be sent, so that the browser tries again later.
 */
export async function sendWhatWaits(): Promise<void> {
  const work = await unsentWork();
  const sent = await Promise.all(work.filter(({ waiting }) => waiting.length > 0).map(send));
  if (sent.includes(false)) throw new Error("The server could not be reached.");
}

/** Whether there is no more to be done by a worker. */
function send({ user, workspace }: KeptWork): Promise<boolean> {
  const engine = createEngine({ user, workspace, environment: workerEnvironment() });
  return new Promise((resolve) => {
    const end = (done: boolean) => {
      clearTimeout(timer);
      stopListening();
      engine.stop();
      resolve(done);
    };
    const look = () => {
      const { storage, connection, pending } = engine.status();
      if (storage === "opening") return;
      // What a person must do first is done on a page.
      if (pending === 0 || ["signedOut", "removed", "outdated"].includes(connection)) end(true);
      else if (connection === "offline") end(false);
    };
    const timer = setTimeout(end, longest, false);
    const stopListening = engine.subscribe("status", look);
    engine.start();
  });
}
