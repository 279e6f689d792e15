// How long a list of many records takes to answer, in a real browser: node e2e/lists-bench.mjs [records …]
import { launchBrowser } from "./support/browser.mjs";
import { say } from "./support/output.mjs";
import { founder } from "./support/people.mjs";
import { Product } from "./support/product.mjs";
import { t } from "./support/texts.mjs";
import { newId, overSocket } from "./support/wire.mjs";
import { World } from "./support/world.mjs";

const sizes = process.argv.slice(2).map(Number);
const first = [
  "Harbour",
  "Brandt",
  "Café",
  "Okafor",
  "Nováček",
  "Atelier",
  "Stadtwerke",
  "Pine",
  "Lindenau",
  "Søndergård",
];
const second = [
  "Works",
  "Legal",
  "Maschinenbau",
  "Lumière",
  "Imkerei",
  "Studio",
  "Trading",
  "& Söhne",
  "Optik",
  "Marea",
];
const statuses = ["lead", "prospect", "active", "dormant", "lost"];
const queries = [
  "harbour leg",
  "brandt mas",
  "okafor op",
  "atelier tr",
  "pine 12",
  "novacek 7",
  "cafe mar",
  "linden st",
];

function customer(index) {
  const name = `${first[index % 10]} ${second[(index * 7 + (index >> 4)) % 10]} ${index}`;
  return {
    name,
    status: statuses[(index * 13) % 5],
    email: `post${index}@example.com`,
    tags: index % 3 === 0 ? ["retainer"] : [],
  };
}

async function enter(person, count) {
  const transactions = Array.from({ length: count / 100 }, (_, part) =>
    Array.from({ length: 100 }, (_, at) => ({
      op: "create",
      type: "solo.customer",
      id: newId(),
      values: customer(part * 100 + at),
    })),
  );
  // So many fit into one frame.
  for (let from = 0; from < transactions.length; from += 3) {
    const part = { transactions: transactions.slice(from, from + 3) };
    const { results } = await overSocket(person.page, person.workspace, part);
    const refused = results.find(({ outcome }) => outcome !== "applied");
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
  }
}

/** Watches for the first frame after the list answered, counted from the moment of the event. */
function watch(page) {
  return page.evaluate(() => {
    window.took = [];
    let at = null;
    const began = (event) => {
      at = event.timeStamp;
    };
    for (const name of ["keydown", "pointerdown"]) window.addEventListener(name, began, true);
    const painted = () => {
      if (at === null) return;
      const from = at;
      at = null;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.took.push(performance.now() - from);
        port2.postMessage(null);
      });
    };
    new MutationObserver(painted).observe(document.querySelector('[role="grid"]'), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["aria-rowcount", "data-row"],
    });
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: "longtask" });
  });
}

const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const round = (value) => Math.round(value * 10) / 10;
const report = (what, records, values) =>
  say(
    JSON.stringify({
      case: "lists",
      what,
      records,
      n: values.length,
      p50: round(quantile(values, 0.5)),
      p95: round(quantile(values, 0.95)),
      max: round(Math.max(...values)),
    }),
  );

async function measure(world, records) {
  const mira = await founder(world);
  await enter(mira, records);
  const { page } = mira;
  const opened = [];
  for (let round = 0; round < 5; round += 1) {
    await page.goto(`/w/${mira.workspace}/customers`);
    await page.locator("[data-row]").first().waitFor();
    opened.push(await page.evaluate(() => performance.now()));
  }
  report("open, from what is kept", records, opened);
  await page.getByText(records.toLocaleString("en")).first().waitFor();
  const search = page.getByRole("textbox", { name: t("actions.searchCustomers") });
  await watch(page);

  // The list answers when other rows stand there; a letter that changes nothing is not counted.
  const letters = [];
  const chromium = await page.context().newCDPSession(page);
  await chromium.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await chromium.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  const work = [];
  for (const query of queries) {
    await search.fill("");
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await page.evaluate(() => {
      window.took = [];
    });
    await search.focus();
    for (const letter of query) {
      const began = await worked();
      const before = await page.evaluate(() => window.took.length);
      await page.keyboard.press(letter === " " ? "Space" : letter);
      await page
        .waitForFunction((before) => window.took.length > before, before, { timeout: 1000 })
        .catch(() => undefined);
      work.push((await worked()) - began);
    }
    letters.push(...(await page.evaluate(() => window.took)));
  }
  report("keystroke in the search, to paint", records, letters);
  report("work of the page's main thread for a keystroke", records, work);
  say(
    JSON.stringify({
      case: "lists",
      what: "longest task while typing",
      records,
      ms: round(await page.evaluate(() => window.longest)),
    }),
  );

  await search.fill("");
  const sorts = [];
  const head = page.getByRole("columnheader").getByRole("button", { name: t("customers.fields.name") });
  for (let round = 0; round < 10; round += 1) {
    await page.evaluate(() => {
      window.took = [];
    });
    await head.click();
    await page.waitForFunction(() => window.took.length > 0);
    sorts.push((await page.evaluate(() => window.took)).at(-1));
  }
  report("click on a column head, to paint", records, sorts);

  const frames = await page.evaluate(async () => {
    const viewport = document.querySelector('[role="grid"]').parentElement;
    const took = [];
    let last = performance.now();
    for (let step = 0; step < 120; step += 1) {
      viewport.scrollTop += 700;
      await new Promise((next) => requestAnimationFrame(next));
      const now = performance.now();
      took.push(now - last);
      last = now;
    }
    return took;
  });
  report("a frame while scrolling", records, frames);
}

const product = new Product();
let browser;
try {
  browser = await launchBrowser();
  await product.start();
  for (const size of sizes.length > 0 ? sizes : [5_000, 20_000]) {
    const world = new World(browser, product);
    await measure(world, size);
    await world.close();
  }
} finally {
  await browser?.close();
  await product.end();
}
