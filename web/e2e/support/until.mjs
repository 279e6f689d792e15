import { setTimeout as pause } from "node:timers/promises";

const patience = 30_000;

/**
 * Waits until a page's answer is true. Playwright's `waitForFunction` takes the promise of an answer for one, so what has to
 * be awaited in the page is asked here.
 */
export async function until(page, ask, argument) {
  const end = Date.now() + patience;
  while (!(await page.evaluate(ask, argument))) {
    if (Date.now() > end) throw new Error(`It did not become true within ${patience} ms: ${ask}`);
    await pause(100);
  }
}
