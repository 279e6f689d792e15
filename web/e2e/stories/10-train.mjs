import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createCustomer, edit, openCustomer, row, value } from "../support/customers.mjs";
import { colleague, connection, founder, openCustomers } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { until } from "../support/until.mjs";
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
    const change = {
      name: "Harbour Works",
      field: t("records.solo.customer.fields.phone"),
      value: "+46 8 1",
    };
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

const tax = (profile) => t(`records.solo.customer.taxProfile.${profile}`);

async function choose(page, profile) {
  await value(page, "taxProfile").click();
  await page.getByRole("option", { name: tax(profile), exact: true }).click();
}

story(
  import.meta,
  "Two versions of the same are laid side by side in words, and one choice settles it",
  async (world) => {
    world.expectInConsole(/ERR_INTERNET_DISCONNECTED|closed before the connection is established/u);
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works", taxProfile: "standard" }]);
    const tomas = await colleague(world, mira);
    for (const { page } of [mira, tomas]) await openCustomer(page, "Harbour Works");
    const { page } = mira;
    await page.context().setOffline(true);
    await connection(page, "offline").waitFor();
    await choose(page, "exempt");
    await value(page, "taxProfile", tax("exempt")).waitFor();
    await choose(tomas.page, "export");
    await value(tomas.page, "taxProfile", tax("export")).waitFor();
    await connection(tomas.page, "live").waitFor();
    await page.context().setOffline(false);

    await page
      .getByRole("row")
      .filter({ hasText: "Harbour Works" })
      .getByRole("img", { name: t("record.conflicting") })
      .waitFor();
    await page.getByRole("button", { name: t("status.needsYou.label_one", { count: 1 }) }).waitFor();
    for (const one of [mira, tomas]) await value(one.page, "taxProfile", tax("export")).waitFor();

    // A sign-out would take what is not settled along.
    await page.getByRole("button", { name: t("navigation.userMenu", { name: mira.name }) }).click();
    await page.getByRole("menuitem", { name: t("actions.signOut") }).click();
    const question = page.getByRole("dialog", { name: t("signOut.title") });
    await question.getByText(t("signOut.refused_one", { count: 1 })).waitFor();
    await question.getByRole("button", { name: t("signOut.anyway") }).waitFor();
    await question.getByRole("button", { name: t("common.cancel") }).click();

    await page
      .getByRole("alert")
      .getByRole("button", { name: t("conflict.compare") })
      .click();
    const dialog = page.getByRole("dialog", { name: t("conflict.title") });
    const choice = dialog.getByRole("radiogroup", { name: t("records.solo.customer.fields.taxProfile") });
    await dialog.getByText(t("conflict.base", { value: tax("standard") })).waitFor();
    await choice.getByRole("radio", { name: tax("export") }).waitFor();
    await choice.getByRole("radio", { name: tax("exempt") }).click();
    await dialog.getByRole("button", { name: t("conflict.settle") }).click();
    await dialog.waitFor({ state: "detached" });
    await connection(page, "live").waitFor();
    for (const one of [mira, tomas]) await value(one.page, "taxProfile", tax("exempt")).waitFor();
  },
);

/** Waits until the server holds this value of a customer. */
async function arrived(page, workspace, id, field, text) {
  const path = `/api/workspaces/${workspace}/records/solo.customer/${id}`;
  await until(
    page,
    async ([path, field, text]) => {
      const answer = await fetch(path);
      return answer.ok && (await answer.json()).values[field] === text;
    },
    [path, field, text],
  );
}

/** The values that the open customer's phone got, in the order of the log. */
async function phonesSince(page, workspace, since) {
  const { items } = await overSocket(page, workspace, { scopes, since });
  return items.flatMap(({ records }) => records.flatMap(({ set }) => set?.phone ?? []));
}

story(
  import.meta,
  "A tab that dies in the middle of a save, and a server that is killed, lose and double nothing",
  async (world) => {
    world.expectInConsole(refused, /ERR_INTERNET_DISCONNECTED|closed before the connection is established/u);
    const mira = await founder(world);
    const [id] = await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const leading = mira.page;
    await openCustomer(leading, "Harbour Works");
    const second = await leading.context().newPage();
    await openCustomers({ ...mira, page: second });
    await openCustomer(second, "Harbour Works");
    const { welcome: before } = await overSocket(second, mira.workspace, { scopes });

    await leading.context().setOffline(true);
    for (const page of [leading, second]) await connection(page, "offline").waitFor();
    await second.bringToFront();
    await edit(second, "phone", "+46 8 1");
    await value(leading, "phone", "+46 8 1").waitFor();
    const session = await leading.context().newCDPSession(leading);
    await leading.bringToFront();
    await edit(leading, "phone", "+46 8 2");
    const died = leading.waitForEvent("crash");
    void session.send("Page.crash").catch(() => undefined);
    await died;
    await leading.close();
    await second.bringToFront();
    await edit(second, "email", "office@harbourworks.example");
    await value(second, "email", "office@harbourworks.example").waitFor();

    await world.product.kill();
    await second.context().setOffline(false);
    await world.product.start();
    await connection(second, "live").waitFor({ timeout: 45_000 });
    await arrived(second, mira.workspace, id, "email", "office@harbourworks.example");
    const phones = await phonesSince(second, mira.workspace, before);
    // What was being kept when the tab died is kept or was never made.
    const shown = await value(second, "phone").textContent();
    assert.deepEqual(phones, shown === "+46 8 2" ? ["+46 8 1", "+46 8 2"] : ["+46 8 1"]);
    await value(second, "email", "office@harbourworks.example").waitFor();
    assert.equal(await second.getByRole("alert").count(), 0);
  },
);

story(
  import.meta,
  "A tab that is frozen is replaced by the one that is looked at, and follows it when it wakes",
  async (world) => {
    const mira = await founder(world);
    const [id] = await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const frozen = mira.page;
    await openCustomer(frozen, "Harbour Works");
    const second = await frozen.context().newPage();
    const sockets = [];
    second.on("websocket", (socket) => sockets.push(socket.url()));
    await openCustomers({ ...mira, page: second });
    await openCustomer(second, "Harbour Works");
    const { welcome: before } = await overSocket(second, mira.workspace, { scopes });
    const linesBefore = sockets.length;

    // No script of it runs any more, while it holds its lock and its line: a page of these tests counts as seen, and what
    // browsers freeze is not.
    const session = await frozen.context().newCDPSession(frozen);
    await session.send("Debugger.enable");
    const stopped = new Promise((resolve) => session.once("Debugger.paused", resolve));
    await session.send("Debugger.pause");
    await stopped;
    await second.bringToFront();
    await edit(second, "phone", "+46 8 1");
    await arrived(second, mira.workspace, id, "phone", "+46 8 1");
    assert.equal(sockets.length, linesBefore + 1, "It must have opened a line of its own.");
    assert.deepEqual(await phonesSince(second, mira.workspace, before), ["+46 8 1"]);

    await session.send("Debugger.resume");
    await session.send("Debugger.disable");
    await frozen.bringToFront();
    await value(frozen, "phone", "+46 8 1").waitFor();
    await edit(frozen, "phone", "+46 8 2");
    await value(second, "phone", "+46 8 2").waitFor();
    await arrived(second, mira.workspace, id, "phone", "+46 8 2");
    assert.deepEqual(await phonesSince(second, mira.workspace, before), ["+46 8 1", "+46 8 2"]);
    await connection(frozen, "live").waitFor();
  },
);

story(
  import.meta,
  "What was done before a reload is taken back after it, but for what another has changed since",
  async (world) => {
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works", phone: "+46 8 1" }]);
    const tomas = await colleague(world, mira);
    const { page } = mira;
    for (const person of [mira, tomas]) await openCustomer(person.page, "Harbour Works");
    await edit(page, "phone", "+46 8 2");
    await value(tomas.page, "phone", "+46 8 2").waitFor();
    await page.reload();
    await value(page, "phone", "+46 8 2").waitFor();
    await connection(page, "live").waitFor();
    await page.keyboard.press("Control+z");
    await value(tomas.page, "phone", "+46 8 1").waitFor();

    await edit(page, "phone", "+46 8 3");
    await value(tomas.page, "phone", "+46 8 3").waitFor();
    await edit(tomas.page, "phone", "+46 8 4");
    await value(page, "phone", "+46 8 4").waitFor();
    await page.keyboard.press("Control+z");
    await page.getByText(t("undo.left_one", { count: 1 })).waitFor();
    await value(page, "phone", "+46 8 4").waitFor();
  },
);
