import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { createCustomer, edit, openCustomer, row, value } from "../support/customers.mjs";
import { paths } from "../support/paths.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { cached, networkIsBack, shellKept } from "../support/shell.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

const away = [
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INTERNET_DISCONNECTED/u,
  /Connection closed|closed before the connection is established/u,
];

story(import.meta, "A page opens without a network, is worked on, and loses nothing", async (world) => {
  world.expectInConsole(...away);
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const tomas = await colleague(world, mira);
  await openCustomer(tomas.page, "Harbour Works");
  await row(mira.page, "Harbour Works").waitFor();
  await shellKept(mira.page);
  const context = mira.page.context();
  await mira.page.close();

  await context.setOffline(true);
  const page = await context.newPage();
  // As from the home screen of the machine.
  await page.goto("/");
  await page.getByRole("link", { name: t("customers.title") }).click();
  await openCustomer(page, "Harbour Works");
  await connection(page, "offline").waitFor();
  await edit(page, "phone", "+46 8 1");
  await createCustomer(page, "Café Marea");
  await page.reload();
  await row(page, "Café Marea").waitFor();
  await openCustomer(page, "Harbour Works");
  await value(page, "phone", "+46 8 1").waitFor();
  await page.getByText(t("status.unsent_other", { count: 2 })).waitFor();

  await context.setOffline(false);
  await connection(page, "live").waitFor();
  await value(tomas.page, "phone", "+46 8 1").waitFor();
  await row(tomas.page, "Café Marea").waitFor();
});

story(import.meta, "What is kept of the page is the files of the build and nothing else", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const { page } = mira;
  await shellKept(page);
  // Everything that a person looks at goes by the worker from now on.
  await page.reload();
  await openCustomer(page, "Harbour Works");
  await page.goto(`/w/${mira.workspace}/people`);
  await page.getByRole("list", { name: t("people.title") }).waitFor();

  const built = await readdir(paths.browser, { recursive: true });
  const held = await cached(page);
  assert.ok(held.includes("/index.html"));
  assert.deepEqual(
    held.filter((path) => !built.includes(path.slice(1))),
    [],
  );
});

story(import.meta, "The page can be installed", async (world) => {
  const { page } = await founder(world);
  await shellKept(page);
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  const { errors, data } = await session.send("Page.getAppManifest");
  // Each person of a story has a browser that forgets, and so does not install.
  const hindrances = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
  assert.deepEqual([hindrances, errors], [[], []]);
  for (const { src, type } of JSON.parse(data).icons) {
    const answer = await page.request.get(src);
    assert.equal(answer.headers()["content-type"], type);
  }
});

story(import.meta, "What waits is sent when the network is back, with no page open", async (world) => {
  world.expectInConsole(...away, /404 .*\/favicon\.ico$/u);
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const tomas = await colleague(world, mira);
  await openCustomer(tomas.page, "Harbour Works");
  const { page } = mira;
  await openCustomer(page, "Harbour Works");
  await shellKept(page);
  await world.product.kill();
  await connection(page, "offline", "connecting").waitFor();
  await edit(page, "phone", "+46 8 1");
  await page.getByText(t("status.unsent_one", { count: 1 })).waitFor();
  await page.goto("about:blank");
  await world.product.start();
  // A page of the same address that is none of ours.
  await page.goto("/health/live");
  await connection(tomas.page, "live").waitFor({ timeout: 45_000 });
  assert.equal(await value(tomas.page, "phone", "+46 8 1").count(), 0);
  const back = Date.now();
  await networkIsBack(page, "holdfast.queue");
  await value(tomas.page, "phone", "+46 8 1").waitFor();
  world.notes.push(`it had arrived ${Date.now() - back} ms after`);
});

story(
  import.meta,
  "A new version says that it is there, and all tabs go over to it at once",
  async (world) => {
    world.expectInConsole(...away);
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const { page } = mira;
    await shellKept(page);
    const second = await page.context().newPage();
    await second.goto(`/w/${mira.workspace}/customers`);
    await openCustomer(second, "Harbour Works");
    const release = (tab) => tab.locator('meta[name="release"]').getAttribute("content");

    await world.product.kill();
    await edit(second, "phone", "+46 8 1");
    await world.product.release("next");
    await world.product.start();
    const offer = second.getByRole("button", { name: t("status.newVersion") });
    await offer.waitFor({ timeout: 45_000 });
    // Reloaded, one of two tabs stays what the other is.
    await page.reload();
    await connection(page, "live").waitFor();
    assert.equal(await page.locator('meta[name="release"]').count(), 0);

    await offer.click();
    for (const tab of [page, second]) assert.equal(await release(tab), "next");
    await openCustomer(page, "Harbour Works");
    await value(page, "phone", "+46 8 1").waitFor();
    assert.deepEqual(
      (await page.evaluate(() => caches.keys())).map((name) => name.split(".")[2]),
      ["next"],
    );
  },
);

story(import.meta, "Whoever opens the only tab gets the new version", async (world) => {
  world.expectInConsole(...away);
  const { page } = await founder(world);
  await shellKept(page);
  await world.product.kill();
  await world.product.release("later");
  await world.product.start();
  await page.getByRole("button", { name: t("status.newVersion") }).waitFor({ timeout: 45_000 });
  await page.reload();
  await page.locator('meta[name="release"][content="later"]').waitFor({ state: "attached" });
  await connection(page, "live").waitFor();
});
