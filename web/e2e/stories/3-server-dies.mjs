import assert from "node:assert/strict";
import { createCustomer, edit, openCustomer, row, value } from "../support/customers.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers, overSocket } from "../support/wire.mjs";

const scopes = ["solo.customers"];

story(import.meta, "A server that dies and comes back loses nothing and needs no reload", async (world) => {
  world.expectInConsole(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Connection closed/u);
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const tomas = await colleague(world, mira);
  const both = [mira.page, tomas.page];
  for (const page of both) {
    await openCustomer(page, "Harbour Works");
    await page.evaluate(() => {
      window.neverReloaded = true;
    });
  }
  const { welcome: before } = await overSocket(mira.page, mira.workspace, { scopes });

  await world.product.kill();
  for (const page of both) await connection(page, "offline", "connecting").waitFor();
  await edit(mira.page, "phone", "+46 8 123 45 67");
  await createCustomer(tomas.page, "Café Marea");
  await value(mira.page, "phone", "+46 8 123 45 67").waitFor();
  await mira.page
    .getByRole("img", { name: t("record.pending") })
    .first()
    .waitFor();
  assert.equal(await row(mira.page, "Café Marea").count(), 0, "It cannot have come past the server.");

  await world.product.start();
  const back = Date.now();
  for (const page of both) await connection(page, "live").waitFor({ timeout: 45_000 });
  world.notes.push(`both were live ${Date.now() - back} ms after the server`);
  await row(mira.page, "Café Marea").waitFor();
  await row(tomas.page, "Harbour Works").click();
  await value(tomas.page, "phone", "+46 8 123 45 67").waitFor();
  for (const page of both) {
    assert.equal(await page.getByRole("img", { name: t("record.pending") }).count(), 0);
    assert.equal(await page.evaluate(() => window.neverReloaded), true);
  }

  const { items } = await overSocket(mira.page, mira.workspace, { scopes, since: before });
  const changes = items.flatMap(({ records }) =>
    records.map(({ set, values }) => set ?? { name: values.name }),
  );
  assert.deepEqual(sorted(changes), sorted([{ phone: "+46 8 123 45 67" }, { name: "Café Marea" }]));
});

function sorted(changes) {
  return changes.map((change) => JSON.stringify(change)).sort();
}

story(import.meta, "A machine without a network says so at once, and goes on at once", async (world) => {
  // An attempt that is under way when the network comes back is given up for one that can succeed.
  world.expectInConsole(/ERR_INTERNET_DISCONNECTED|closed before the connection is established/u);
  const { page } = await founder(world);
  await page.context().setOffline(true);
  await connection(page, "offline").waitFor({ timeout: 5_000 });
  await page.getByRole("button", { name: t("status.offline.label") }).click();
  await page.getByRole("button", { name: t("status.tryNow") }).click();
  await page.keyboard.press("Escape");
  await page.context().setOffline(false);
  await connection(page, "live").waitFor({ timeout: 5_000 });
});
