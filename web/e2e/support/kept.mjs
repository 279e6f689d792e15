/** How many records the browser of this page keeps. */
export function countKept(page, { user, workspace }) {
  return page.evaluate(count, `holdfast:${user}:${workspace}`);
}

async function count(name) {
  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await asked(indexedDB.open(name));
  const held = await asked(database.transaction("records").objectStore("records").count());
  database.close();
  return held;
}

/** What a browser holds of anybody: in caches, notes and databases. An empty database is nothing. */
export function keptOf(page) {
  return page.evaluate(async () => {
    const asked = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let rows = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        rows += await asked(database.transaction(store).objectStore(store).count());
      database.close();
    }
    const registration = await navigator.serviceWorker.getRegistration();
    return {
      rows,
      notes: Object.keys(localStorage).filter((name) => /account|^holdfast:/u.test(name)),
      caches: await caches.keys(),
      isRegistered: registration !== undefined,
    };
  });
}

export const nothingKept = { rows: 0, notes: [], caches: [], isRegistered: false };
