// What a person sees in a real Chromium: how soon his records after a start, and what he wrote after he wrote it. Its
// arguments come as JSON, its figures go out as JSON.
import { launchBrowser } from "../../e2e/support/browser.mjs";
import { value, write } from "../../e2e/support/customers.mjs";
import { call } from "../../e2e/support/people.mjs";
import { keeps, watchPaint } from "./painted.mjs";

const { address, email, password, user, workspace, kept, edits } = JSON.parse(process.argv[2]);
const customers = `/w/${workspace}/customers`;
const rows = "main [data-row] a";
const longest = 120_000;

/**
 * In the page: notes when its first row was painted, and how long each value took from the key to the picture; and a bare
 * change of one text by another key, which no page can be ahead of.
 */
function watch(rows) {
  window.seen = { first: null, paints: [], bare: [] };
  window.onPaint(rows, (at) => {
    window.seen.first = at;
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || !("value" in event.target)) return;
      const [began, text] = [event.timeStamp, event.target.value];
      const observer = new MutationObserver(() => {
        if (document.querySelector('[data-field="phone"]')?.textContent !== text) return;
        observer.disconnect();
        window.painted((at) => window.seen.paints.push(at - began));
      });
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    },
    true,
  );
  document.addEventListener("keydown", ({ key, timeStamp }) => {
    const shown = document.querySelector('[data-field="phone"]');
    if (key !== "F9" || !shown) return;
    shown.textContent = `+49 30 ${window.seen.bare.length}`;
    window.painted((at) => window.seen.bare.push(at - timeStamp));
  });
}

const browser = await launchBrowser();
try {
  const context = await browser.newContext({ baseURL: address, locale: "en" });
  const first = await context.newPage();
  const network = await context.newCDPSession(first);
  const types = new Map();
  const loaded = { code: 0, fonts: 0 };
  network.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
  network.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    loaded[types.get(requestId) === "Font" ? "fonts" : "code"] += encodedDataLength;
  });
  await network.send("Network.enable");
  await first.goto("/sign-in", { waitUntil: "networkidle" });
  await network.detach();
  await call(first, "POST", "/api/sign-in", { email, password });
  await first.goto(customers);
  await first.locator(rows).first().waitFor({ timeout: longest });
  await keeps(first, { user, workspace, kept });
  await first.close();

  const page = await context.newPage();
  await page.addInitScript(watchPaint);
  await page.addInitScript(watch, rows);
  await page.goto(customers);
  await page.waitForFunction(() => window.seen.first !== null, null, { timeout: longest });
  const coldStart = await page.evaluate(() => window.seen.first);
  const chromium = await context.newCDPSession(page);
  await chromium.send("HeapProfiler.collectGarbage");
  const { usedSize: heap } = await chromium.send("Runtime.getHeapUsage");

  await page.locator(rows).first().click();
  await value(page, "phone").waitFor();
  for (let edit = 0; edit < edits; edit++) {
    const editor = await write(page, "phone", `+49 30 ${1000 + edit}`);
    await editor.press("Enter");
    await page.waitForFunction((count) => window.seen.paints.length > count, edit);
  }
  for (let change = 0; change < edits; change++) {
    await page.keyboard.press("F9");
    await page.waitForFunction((count) => window.seen.bare.length > count, change);
  }
  const { paints: paint, bare } = await page.evaluate(() => window.seen);
  process.stdout.write(
    `${JSON.stringify({ coldStart, paint, bare, heap, firstLoad: loaded.code, fonts: loaded.fonts })}\n`,
  );
} finally {
  await browser.close();
}
