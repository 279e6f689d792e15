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
