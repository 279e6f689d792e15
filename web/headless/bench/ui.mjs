// What a person sees in a real Chromium of the lists and the board of a workspace with thousands of records. Its
// arguments come as JSON, its figures go out as JSON, in milliseconds.
import { launchBrowser } from "../../e2e/support/browser.mjs";
import { call } from "../../e2e/support/people.mjs";
import { t } from "../../e2e/support/texts.mjs";
import { keeps, watchPaint } from "./painted.mjs";

const { address, email, password, user, lists, board, drags } = JSON.parse(process.argv[2]);
const rows = "main [data-row] a";
// Each is the name of some, among customers and, as theirs, among projects.
const queries = ["berisha", "okafor", "weinhandel", "kruger", "dental", "piekar", "vogt", "hoxha"];
const longest = 120_000;

/** In the page: how long each frame of a long scroll took. */
async function scrollDown() {
  const viewport = document.querySelector('[role="grid"]').parentElement;
  const took = [];
  let last = performance.now();
  for (let step = 0; step < 120; step++) {
    viewport.scrollTop += 700;
    await new Promise((next) => requestAnimationFrame(next));
    const now = performance.now();
    took.push(now - last);
    last = now;
  }
  return took;
}

/** In the page: from each letter until the list shows other rows; a letter that changes nothing is not counted. */
function watchLetters() {
  window.letters = [];
  let at = null;
  document.addEventListener("keydown", ({ timeStamp }) => (at = timeStamp), true);
  const observed = { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-rowcount"] };
  new MutationObserver(() => {
    const began = at;
    at = null;
    if (began !== null) window.painted((now) => window.letters.push(now - began));
  }).observe(document.querySelector('[role="grid"]'), observed);
}

async function typed(page, name) {
  await page.evaluate(watchLetters);
  const search = page.getByRole("textbox", { name });
  for (const query of queries) {
    await search.fill("");
    await page.evaluate(() => new Promise((done) => window.painted(done)));
    await search.focus();
    for (const letter of query) {
      const before = await page.evaluate(() => window.letters.length);
      await page.keyboard.press(letter);
      await page
        .waitForFunction((count) => window.letters.length > count, before, { timeout: 500 })
        .catch(() => undefined);
    }
  }
  await search.fill("");
  return page.evaluate(() => window.letters);
}

/** From the click on a row until the record's page is painted. */
async function opened(page, path) {
  const took = [];
  for (let row = 0; row < 5; row++) {
    await page.goto(path);
    const link = page.locator(rows).nth(row);
    await link.waitFor();
    await page.evaluate(() => {
      window.open = null;
      const click = ({ timeStamp }) =>
        window.onPaint('[data-field="name"]', (now) => (window.open = now - timeStamp));
      document.addEventListener("click", click, { capture: true, once: true });
    });
    await link.click();
    await page.waitForFunction(() => window.open !== null);
    took.push(await page.evaluate(() => window.open));
  }
  return took;
}

/** In the page: each move of what is dragged until it is painted, and each drop until the card stands in its column. */
function watchDrags() {
  window.moves = [];
  window.drops = [];
  let held = null;
  document.addEventListener(
    "pointerdown",
    ({ target }) => (held = target.closest("[data-drag]")?.dataset.drag ?? null),
    true,
  );
  document.addEventListener(
    "pointermove",
    ({ timeStamp }) => {
      if (held !== null) window.painted((now) => window.moves.push(now - timeStamp));
    },
    true,
  );
  document.addEventListener(
    "pointerup",
    ({ timeStamp }) => {
      const card = `[data-drop="active"] [data-drag="${held}"]`;
      held = null;
      window.onPaint(card, (now) => window.drops.push(now - timeStamp));
    },
    true,
  );
}

async function dragged(page) {
  await page.goto(`/w/${board}/projects?view=board`);
  const cards = page.locator('[data-drop="draft"] [data-drag]');
  await cards.first().waitFor({ timeout: longest });
  await page.evaluate(watchDrags);
  const to = await page.locator('[data-drop="active"]').boundingBox();
  for (let drag = 0; drag < drags; drag++) {
    const from = await cards.first().boundingBox();
    await page.mouse.move(from.x + 30, from.y + 12);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + 200, { steps: 40 });
    await page.mouse.up();
    await page.waitForFunction((count) => window.drops.length > count, drag, { timeout: longest });
  }
  return page.evaluate(() => ({ moves: window.moves, drops: window.drops }));
}

const browser = await launchBrowser();
try {
  const context = await browser.newContext({
    baseURL: address,
    locale: "en",
    viewport: { width: 1440, height: 900 },
  });
  const first = await context.newPage();
  await first.goto("/sign-in");
  await call(first, "POST", "/api/sign-in", { email, password });
  for (const { workspace, kept } of [lists, { workspace: board, kept: 1 }]) {
    await first.goto(`/w/${workspace}/customers`);
    await first.locator(rows).first().waitFor({ timeout: longest });
    await keeps(first, { user, workspace, kept });
  }
  await first.close();

  const page = await context.newPage();
  await page.addInitScript(watchPaint);
  await page.addInitScript((selector) => {
    window.first = null;
    window.onPaint(selector, (now) => (window.first = now));
  }, rows);
  const [customers, projects] = ["customers", "projects"].map((list) => `/w/${lists.workspace}/${list}`);
  await page.goto(customers);
  await page.waitForFunction(() => window.first !== null, null, { timeout: longest });
  const cold = await page.evaluate(() => window.first);
  const letters = await typed(page, t("actions.searchCustomers"));
  const open = await opened(page, customers);
  await page.goto(projects);
  await page.locator(rows).first().waitFor({ timeout: longest });
  const projectLetters = await typed(page, t("actions.searchProjects"));
  const frames = await page.evaluate(scrollDown);
  const { moves, drops } = await dragged(page);
  process.stdout.write(`${JSON.stringify({ cold, letters, projectLetters, open, frames, moves, drops })}\n`);
} finally {
  await browser.close();
}
