// The product as it is built, in a real browser: node e2e/run.mjs [part of a story's or a file's name, or asvs for those that show one]
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "./support/browser.mjs";
import { say, sayFailure } from "./support/output.mjs";
import { paths } from "./support/paths.mjs";
import { Product } from "./support/product.mjs";
import { stories } from "./support/story.mjs";
import { World } from "./support/world.mjs";

/** What a story may take at most on a busy machine; what must be quick says so itself. */
const longest = 600_000;

const wanted = (process.argv[2] ?? "").toLowerCase();
let stopping = false;
const interrupted = new Promise((_, reject) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      stopping = true;
      reject(new Error(`Interrupted by ${signal}.`));
    });
  }
});
// It may come when no story waits for it.
interrupted.catch(() => undefined);

async function chosenStories() {
  for (const file of (await readdir(paths.stories)).sort()) await import(`./stories/${file}`);
  return stories.filter(({ name, file, asvs }) =>
    [file, name, ...asvs.map((id) => `asvs ${id}`)].join(" ").toLowerCase().includes(wanted),
  );
}

/** Whether it held. */
async function tell({ name, run }, browser, product) {
  const world = new World(browser, product);
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(reject, longest, new Error(`The story took longer than ${longest} ms.`));
  });
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  try {
    await Promise.race([run(world), tooLong, interrupted]);
    world.assertQuiet();
    say(`ok      ${name} (${[seconds(), ...world.notes].join("; ")})`);
    return true;
  } catch (error) {
    say(`FAILED  ${name} (${seconds()})`);
    sayFailure(error, [...world.trouble, ...(await world.photograph(name))]);
    return false;
  } finally {
    clearTimeout(timer);
    await world.close();
  }
}

async function main() {
  const chosen = await chosenStories();
  if (chosen.length === 0) throw new Error(`No story is called '${wanted}'.`);
  await rm(paths.results, { recursive: true, force: true });
  for (const folder of [paths.results, paths.pictures]) await mkdir(folder, { recursive: true });

  const product = new Product();
  let browser;
  const shown = [];
  let passed = 0;
  let told = 0;
  try {
    browser = await launchBrowser();
    for (const story of chosen) {
      if (stopping) break;
      // A story may have ended while its server was down.
      await Promise.race([product.start(), interrupted]);
      told += 1;
      const held = await tell(story, browser, product);
      if (held) passed += 1;
      for (const id of story.asvs) shown.push({ id, test: story.name, passed: held });
    }
  } finally {
    await browser?.close();
    await product.end();
    await writeFile(join(paths.results, "product.log"), product.log);
    await writeFile(join(paths.results, "asvs.json"), JSON.stringify(shown));
  }
  say(`${passed} passed, ${told - passed} failed, ${chosen.length - told} skipped`);
  return passed === chosen.length ? 0 : 1;
}

process.exitCode = await main().catch((error) => {
  sayFailure(error);
  say("0 passed, 1 failed, 0 skipped");
  return 1;
});
