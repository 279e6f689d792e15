import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createCustomer, edit, openCustomer, row, value } from "../support/customers.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers, overSocket } from "../support/wire.mjs";

const scopes = ["solo.customers"];
const refused = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Connection closed/u;

story(
  import.meta,
  "What was done without a server outlives the page, and arrives once and in order",
  async (world) => {
    world.expectInConsole(refused);
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const tomas = await colleague(world, mira);
    await openCustomer(mira.page, "Harbour Works");
    const { welcome: before } = await overSocket(mira.page, mira.workspace, { scopes });

    await world.product.kill();
    await connection(mira.page, "offline", "connecting").waitFor();
    await edit(mira.page, "phone", "+46 8 1");
    await value(mira.page, "phone", "+46 8 1").waitFor();
    await edit(mira.page, "phone", "+46 8 2");
    await value(mira.page, "phone", "+46 8 2").waitFor();
    await createCustomer(mira.page, "Café Marea");
    await mira.page.getByRole("button", { name: t("status.unsent_other", { count: 3 }) }).click();
    const queue = mira.page.getByRole("list", { name: t("status.queue") });
    await queue.getByRole("listitem").nth(2).waitFor();
    const change = { name: "Harbour Works", field: t("customers.fields.phone"), value: "+46 8 1" };
    await queue.getByText(t("letters.set", change)).waitFor();
    const saved = mira.page.waitForEvent("download");
    await mira.page.getByRole("button", { name: t("status.export") }).click();
    const { waiting } = JSON.parse(await readFile(await (await saved).path(), "utf8"));
    assert.deepEqual(
      waiting.map(({ operations: [{ op, value }] }) => value ?? op),
      ["+46 8 1", "+46 8 2", "create"],
    );
    const context = mira.page.context();
    // It does not ask: nothing is lost with the page.
    await mira.page.close({ runBeforeUnload: false });

    await world.product.start();
    const page = await context.newPage();
    await page.goto(`/w/${mira.workspace}/customers`);
    await connection(page, "live").waitFor();
    await row(page, "Café Marea").waitFor();
    await connection(tomas.page, "live").waitFor({ timeout: 45_000 });
    await row(tomas.page, "Café Marea").waitFor();
    const { items } = await overSocket(page, mira.workspace, { scopes, since: before });
    const changes = items.flatMap(({ records }) =>
      records.map(({ set, values }) => set ?? { name: values.name }),
    );
    assert.deepEqual(changes, [{ phone: "+46 8 1" }, { phone: "+46 8 2" }, { name: "Café Marea" }]);
  },
);

story(import.meta, "Two tabs share one line, and the one that stays takes it over", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const tomas = await colleague(world, mira);
  await openCustomer(tomas.page, "Harbour Works");
  await openCustomer(mira.page, "Harbour Works");
  const second = await mira.page.context().newPage();
  const sockets = [];
  second.on("websocket", (socket) => sockets.push(socket.url()));
  await second.goto(`/w/${mira.workspace}/customers`);
  await connection(second, "live").waitFor();
  await openCustomer(second, "Harbour Works");
  assert.deepEqual(sockets, []);

  await edit(second, "phone", "+46 8 1");
  for (const page of [mira.page, tomas.page]) await value(page, "phone", "+46 8 1").waitFor();
  await edit(tomas.page, "phone", "+46 8 2");
  for (const page of [mira.page, second]) await value(page, "phone", "+46 8 2").waitFor();

  await mira.page.close();
  await edit(second, "phone", "+46 8 3");
  await value(tomas.page, "phone", "+46 8 3").waitFor();
  assert.equal(sockets.length, 1);
});

story(
  import.meta,
  "What was deleted comes back by the toast, and what was typed by the keyboard",
  async (world) => {
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works", phone: "+46 8 1" }]);
    const { page } = mira;
    await openCustomer(page, "Harbour Works");
    await edit(page, "phone", "+46 8 2");
    await value(page, "phone", "+46 8 2").waitFor();
    await page.keyboard.press("Control+z");
    await value(page, "phone", "+46 8 1").waitFor();
    await page.keyboard.press("Control+Shift+z");
    await value(page, "phone", "+46 8 2").waitFor();

    await page.keyboard.press("Control+Delete");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("actions.delete") })
      .click();
    await row(page, "Harbour Works").waitFor({ state: "detached" });
    await page
      .getByRole("status")
      .getByRole("button", { name: t("actions.undo") })
      .click();
    await row(page, "Harbour Works").waitFor();
  },
);

story(
  import.meta,
  "Two versions of the same are laid side by side, and one choice settles it",
  async (world) => {
    world.expectInConsole(/ERR_INTERNET_DISCONNECTED|closed before the connection is established/u);
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works", phone: "+46 8 1" }]);
    const tomas = await colleague(world, mira);
    for (const { page } of [mira, tomas]) await openCustomer(page, "Harbour Works");
    const { page } = mira;
    await edit(page, "phone", "+46 8 2");
    await value(tomas.page, "phone", "+46 8 2").waitFor();
    await page.context().setOffline(true);
    await connection(page, "offline").waitFor();
    await page.keyboard.press("Control+z");
    await value(page, "phone", "+46 8 1").waitFor();
    await edit(tomas.page, "phone", "+46 8 3");
    await value(tomas.page, "phone", "+46 8 3").waitFor();
    await page.context().setOffline(false);

    await page
      .getByRole("row")
      .filter({ hasText: "Harbour Works" })
      .getByRole("img", { name: t("record.conflicting") })
      .waitFor();
    await page.getByRole("button", { name: t("status.needsYou.label_one", { count: 1 }) }).waitFor();
    await page
      .getByRole("alert")
      .getByRole("button", { name: t("conflict.compare") })
      .click();
    const dialog = page.getByRole("dialog", { name: t("conflict.title") });
    const choice = dialog.getByRole("radiogroup", { name: t("customers.fields.phone") });
    await choice.getByText("+46 8 1", { exact: true }).waitFor();
    await choice.getByRole("radio", { name: "+46 8 3" }).click();
    await dialog.getByRole("button", { name: t("conflict.settle") }).click();
    await dialog.waitFor({ state: "detached" });
    await connection(page, "live").waitFor();
    await value(page, "phone", "+46 8 3").waitFor();
  },
);
