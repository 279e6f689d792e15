import { countKept } from "../../e2e/support/kept.mjs";

/**
 * In the page, before its own code: `window.painted(then)` says when the next frame has been painted, in milliseconds of
 * the page; `window.onPaint(selector, then)` says when the first element like that was.
 */
export function watchPaint() {
  window.painted = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(null);
    });
  window.onPaint = (selector, then) => {
    const look = () =>
      document.querySelector(selector) === null ? requestAnimationFrame(look) : window.painted(then);
    requestAnimationFrame(look);
  };
}

/** Waits until this browser keeps so many records of the workspace. */
export async function keeps(page, { user, workspace, kept }) {
  while ((await countKept(page, { user, workspace })) < kept) await page.waitForTimeout(100);
}
