import { until } from "./until.mjs";

/** Waits until this browser keeps the page, and the page is one of those that it is kept for. */
export async function shellKept(page) {
  await until(page, async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration?.active?.state === "activated" && navigator.serviceWorker.controller !== null;
  });
}

/** The paths of all that lies in caches of this browser. */
export function cached(page) {
  return page.evaluate(async () => {
    const held = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
    return (await Promise.all(held)).flat().map(({ url }) => url.slice(location.origin.length));
  });
}

/** Says to the browser's worker that the network is back, as the browser itself would, sooner or later. */
export async function networkIsBack(page, tag) {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations.length > 0) resolve(registrations[0].registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.dispatchSyncEvent", {
    origin: new URL(page.url()).origin,
    registrationId: await registered,
    tag,
    lastChance: false,
  });
  await session.detach();
}
