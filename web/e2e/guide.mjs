// Takes the pictures of docs/en/guide anew, of the real product with its sample in it: npm run guide
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "./support/browser.mjs";
import { openCustomer } from "./support/customers.mjs";
import { say, sayFailure } from "./support/output.mjs";
import { paths } from "./support/paths.mjs";
import { call, colleague, connection, founder } from "./support/people.mjs";
import { Product } from "./support/product.mjs";
import { t } from "./support/texts.mjs";
import { enterRecords } from "./support/wire.mjs";
import { World } from "./support/world.mjs";

/** Larger than what a page of text should load. */
const mostBytes = 150_000;
const size = { width: 1120, height: 700 };

/** What each page of the guide shows, in an order in which nothing of one is in the way of the next. */
const scenes = {
  async "first-day"({ page, at }) {
    await open(page, at("customers"));
    await page.getByText("Harbour Street Bakery").first().waitFor();
  },
  async palette({ page }) {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("textbox").fill("ne");
    await page.getByRole("dialog").getByText(t("actions.newCustomer")).waitFor();
  },
  async customer({ page, at }) {
    await open(page, at("customers"));
    await openCustomer(page, "Harbour Street Bakery");
    await page.getByText("Marta Lindqvist").first().waitFor();
  },
  async project({ page, at }) {
    await open(page, at("projects"));
    await page
      .getByRole("link", { name: /^Website with orders/u })
      .first()
      .click();
    await page.getByText("Build the order form").waitFor();
  },
  async board({ page, at }) {
    await open(page, at("projects?view=board"));
    await page.getByText("Website with orders").waitFor();
  },
  async filter({ page, at }) {
    await open(page, at("customers?status=active"));
    await page
      .getByRole("button", { name: new RegExp(`^${t("list.filter.title")}`, "u") })
      .first()
      .click();
    await page.getByRole("combobox", { name: t("customers.fields.currency") }).waitFor();
  },
  async fields({ page, at }) {
    await open(page, at("settings"));
    await page.getByText("Oven").first().waitFor();
    await page.getByRole("heading", { name: t("fields.title") }).scrollIntoViewIfNeeded();
  },
  async import({ page, at }) {
    await open(page, at("customers"));
    await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
    await page.getByRole("menuitem", { name: t("transfer.import") }).click();
    const western = [
      ...Buffer.from("Name;E-mail\nCaf"),
      0xe9,
      ...Buffer.from(" Marea;hola@cafemarea.example"),
    ];
    const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(western) };
    await page.getByRole("dialog").locator('input[type="file"]').setInputFiles(file);
    await page.getByRole("button", { name: t("transfer.check") }).waitFor();
  },
  async people({ page, at }) {
    await open(page, at("people"));
    await page.getByRole("list", { name: t("invites.open") }).waitFor();
  },
  async switcher({ page, at }) {
    await open(page, at("customers"));
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await page.getByRole("menu").waitFor();
  },
  async shortcuts({ page, at }) {
    await open(page, at("customers"));
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: t("shortcuts.title") }).waitFor();
  },
  async offline({ page, at }) {
    await open(page, at("customers"));
    await openCustomer(page, "Harbour Street Bakery");
    await page.context().setOffline(true);
    await page.locator('[data-field="phone"]').click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("+49 40 5557 011");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByRole("button").last().click();
    await page.getByText(t("status.queue")).waitFor();
  },
};

async function open(page, path) {
  await page.goto(path);
  await connection(page, "live").waitFor();
}

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
