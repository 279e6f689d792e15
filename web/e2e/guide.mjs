// Takes the pictures of docs/en/guide anew, of the real product with its sample in it: npm run guide
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "./support/browser.mjs";
import { say, sayFailure } from "./support/output.mjs";
import { paths } from "./support/paths.mjs";
import { call, colleague, founder } from "./support/people.mjs";
import { Product } from "./support/product.mjs";
import { scenes } from "./support/scenes.mjs";
import { enterRecords } from "./support/wire.mjs";
import { World } from "./support/world.mjs";

/** Larger than what a page of text should load. */
const mostBytes = 150_000;
const size = { width: 1120, height: 700 };

/** A workspace as a small studio has it after a while. */
async function studio(world) {
  const options = { viewport: size, deviceScaleFactor: 1 };
  const mira = await founder(world, { options, workspace: "Nordlicht Studio" });
  await call(mira.page, "POST", `/api/workspaces/${mira.workspace}/sample`, {});
  await call(mira.page, "POST", "/api/workspaces", { name: "Lindqvist & Daughters" });
  await colleague(world, mira);
  await colleague(world, mira, { name: "Amina Rahimi", role: "admin" });
  const email = "jonas.weber@example.com";
  await call(mira.page, "POST", `/api/workspaces/${mira.workspace}/invites`, { role: "viewer", email });
  const field = (recordType, key, label, more) => ({
    type: "access.field",
    values: { recordType, key, label, ...more },
  });
  await enterRecords(mira, [
    field("solo.customer", "oven", "Oven", { order: "a" }),
    field("solo.customer", "level", "Service level", {
      order: "b",
      kind: "choice",
      choices: ["Gold", "Silver"],
      required: false,
    }),
    field("solo.contact", "birthday", "Birthday", { order: "a", kind: "date" }),
  ]);
  return mira;
}

async function main() {
  await mkdir(paths.guide, { recursive: true });
  const product = new Product();
  let browser;
  try {
    browser = await launchBrowser();
    await product.start();
    const world = new World(browser, product);
    const { page, workspace } = await studio(world);
    const large = [];
    for (const [name, show] of Object.entries(scenes)) {
      await show({ page, at: (rest) => `/w/${workspace}/${rest}` });
      // Nothing lies under the pointer there.
      await page.mouse.move(size.width - 2, size.height - 2);
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      const path = join(paths.guide, `${name}.png`);
      await page.screenshot({ path });
      const bytes = (await stat(path)).size;
      say(`${name}.png ${Math.round(bytes / 1000)} kB`);
      if (bytes > mostBytes) large.push(name);
    }
    await world.close();
    if (large.length > 0) throw new Error(`Larger than ${mostBytes} bytes: ${large.join(", ")}.`);
  } finally {
    await browser?.close();
    await product.end();
  }
}

await main().catch((error) => {
  sayFailure(error);
  process.exitCode = 1;
});
