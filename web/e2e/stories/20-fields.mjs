import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { openCustomer, value } from "../support/customers.mjs";
import { showsFocus } from "../support/focus.mjs";
import { everyLook, Faults, look } from "../support/looks.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { arabic, t } from "../support/texts.mjs";
import { enterCustomers, enterRecords } from "../support/wire.mjs";

const kind = t("records.solo.customer.one");
const own = (page) => page.getByRole("list", { name: t("fields.of", { kind }) });
const labels = (page) =>
  own(page)
    .getByRole("listitem")
    .evaluateAll((rows) => rows.map((row) => row.querySelector("[dir=auto]").textContent));

async function openSettings({ page, workspace }) {
  await page.goto(`/w/${workspace}/settings`);
  await page.getByRole("button", { name: t("fields.addTo", { kind }) }).waitFor();
}

async function define(page, label, { of = "text", choices = [], required = false } = {}) {
  await page.getByRole("button", { name: t("fields.addTo", { kind }) }).click();
  const dialog = page.getByRole("dialog", { name: t("fields.addTo", { kind }) });
  await dialog.getByRole("textbox", { name: t("fields.label"), exact: true }).fill(label);
  await dialog.getByRole("combobox", { name: t("fields.kind") }).click();
  await page.getByRole("option", { name: t(`fields.kinds.${of}`), exact: true }).click();
  for (const choice of choices) {
    await dialog.getByRole("combobox", { name: t("fields.choices") }).fill(choice);
    await page.keyboard.press("Enter");
  }
  if (required) await dialog.getByRole("switch", { name: t("fields.required") }).check();
  return dialog;
}

async function add(page, ...rest) {
  const dialog = await define(page, ...rest);
  await dialog.getByRole("button", { name: t("fields.add"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

story(
  import.meta,
  "An owner defines fields, and they are on pages, in new records and in the files that come and go",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    const faults = new Faults();
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    await openSettings(mira);
    for (const each of everyLook) await look(page, "fields-none", each, faults);
    const empty = await define(page, "", { of: "choice" });
    await empty.getByRole("button", { name: t("fields.add"), exact: true }).click();
    await empty.getByText(t("errors.field.required")).first().waitFor();
    for (const each of everyLook) await look(page, "field-refused", each, faults);
    await page.keyboard.press("Escape");
    await empty.waitFor({ state: "detached" });

    await add(page, "Berth", { required: true });
    await add(page, "Service level", { of: "choice", choices: ["Gold", "Silver"] });
    await add(page, "Since", { of: "date" });
    assert.deepEqual(await labels(page), ["Berth", "Service level", "Since"]);
    await page.getByRole("button", { name: t("fields.up", { label: "Since" }) }).focus();
    await page.keyboard.press("Enter");
    await showsFocus(page, page.getByRole("button", { name: t("fields.up", { label: "Since" }) }));
    assert.deepEqual(await labels(page), ["Berth", "Since", "Service level"]);
    for (const each of everyLook) await look(page, "fields", each, faults);

    await page.goto(`/w/${mira.workspace}/customers`);
    await openCustomer(page, "Harbour Works");
    await page.locator('[data-field="ext.serviceLevel"]').click();
    await page.getByRole("option", { name: "Gold" }).click();
    await value(page, "ext.serviceLevel", "Gold").waitFor();
    await page.keyboard.press("Escape");
    await page
      .getByRole("button", { name: t("actions.newCustomer") })
      .first()
      .click();
    const dialog = page.getByRole("dialog", { name: t("customers.new.title") });
    await dialog.getByRole("textbox", { name: t("records.solo.customer.fields.name") }).fill("Café Marea");
    await page.keyboard.press("Enter");
    await dialog.getByText(t("errors.field.required")).waitFor();
    await dialog.getByRole("textbox", { name: "Berth" }).fill("7");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Café Marea", exact: true }).waitFor();
    await value(page, "ext.berth", "7").waitFor();

    await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: t("transfer.exportCsv") }).click();
    const lines = (await readFile(await (await coming).path(), "utf8")).split("\r\n");
    assert.ok(lines[0].endsWith(",ext.berth,ext.since,ext.serviceLevel"), lines[0]);
    await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
    await page.getByRole("menuitem", { name: t("transfer.import") }).click();
    const importing = page.getByRole("dialog", { name: t("transfer.import") });
    const text = "Name;Berth;Service level;Since\nOkafor Legal;9;Bronze;2026-02-01";
    const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
    await importing.locator('input[type="file"]').setInputFiles(file);
    await importing.getByRole("button", { name: t("transfer.check") }).click();
    await importing.getByText(/Gold.*Silver/u).waitFor();
    faults.assertNone();
  },
);

story(
  import.meta,
  "A field of one's own is a column, a filter and an order of the list, and stands in its address",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    const field = (key, label, more) => ({
      type: "access.field",
      values: { recordType: "solo.customer", key, label, ...more },
    });
    await enterRecords(mira, [
      field("level", "Service level", { kind: "choice", choices: ["Gold", "Silver"], order: "a" }),
      field("berth", "Berth", { kind: "integer", order: "b" }),
    ]);
    const customer = (name, level, berth) => ({
      type: "solo.customer",
      values: { name, "ext.level": level, "ext.berth": berth },
    });
    await enterRecords(mira, [
      customer("Atelier Lumière", "Silver", 12),
      customer("Café Marea", "Gold", 7),
      customer("Harbour Works", "Gold", 30),
    ]);
    const shows = async (...names) => {
      const shown = () =>
        page
          .locator("[data-row]")
          .evaluateAll((rows) => rows.map((row) => row.querySelector("a bdi").textContent));
      for (let tries = 0; tries < 50 && (await shown()).join() !== names.join(); tries += 1)
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
      assert.deepEqual(await shown(), names);
    };
    await shows("Atelier Lumière", "Café Marea", "Harbour Works");
    const faults = new Faults();
    await page.getByRole("button", { name: t("list.columns") }).click();
    await page.getByRole("menuitemcheckbox", { name: "Berth" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Service level" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("columnheader").getByRole("button", { name: "Berth" }).click();
    await shows("Café Marea", "Atelier Lumière", "Harbour Works");
    await page.getByRole("button", { name: t("list.filter.open_other", { count: 0 }) }).click();
    await page.getByRole("combobox", { name: "Service level", exact: true }).click();
    await page.getByRole("option", { name: "Gold", exact: true }).click();
    await shows("Café Marea", "Harbour Works");
    for (const each of everyLook) {
      if (each.size.width > 1000) await look(page, "customers-own-columns", each, faults);
    }
    await page.reload();
    await shows("Café Marea", "Harbour Works");
    await page.getByRole("columnheader").filter({ hasText: "Service level" }).waitFor();
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog");
    await palette.getByRole("textbox").waitFor();
    await page.keyboard.type("silver");
    await palette.getByText("Atelier Lumière").waitFor();
    faults.assertNone();
  },
);

story(
  import.meta,
  "A field that is retired is asked for no more, keeps its values, and comes back with them",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    await enterRecords(mira, [
      { type: "access.field", values: { recordType: "solo.customer", key: "berth", label: "Berth" } },
    ]);
    await enterRecords(mira, [
      { type: "solo.customer", values: { name: "Harbour Works", "ext.berth": "7" } },
    ]);
    const tomas = await colleague(world, mira);
    await openCustomer(tomas.page, "Harbour Works");
    await value(tomas.page, "ext.berth", "7").waitFor();
    await openSettings(mira);
    await page.getByRole("button", { name: t("fields.retire", { label: "Berth" }) }).click();
    await own(page).getByText(t("fields.retired"), { exact: true }).waitFor();
    await value(tomas.page, "ext.berth").waitFor({ state: "detached" });
    await page.getByRole("button", { name: t("fields.bringBackOne", { label: "Berth" }) }).click();
    await value(tomas.page, "ext.berth", "7").waitFor();
    await page.getByRole("button", { name: t("fields.edit", { label: "Berth" }) }).click();
    const dialog = page.getByRole("dialog", { name: t("fields.edit", { label: "Berth" }) });
    await dialog.getByRole("textbox", { name: t("fields.label"), exact: true }).fill("Mooring");
    await page.keyboard.press("Enter");
    await tomas.page.getByText("Mooring").first().waitFor();

    // Who may not define fields sees none of this.
    await tomas.page.goto(`/w/${mira.workspace}/settings`);
    await connection(tomas.page, "live").waitFor();
    await tomas.page.getByRole("heading", { name: t("settings.title") }).waitFor();
    assert.equal(await tomas.page.getByText(t("fields.title")).count(), 0);
  },
);

story(import.meta, "The fields of a workspace stand from right to left in Arabic", async (world) => {
  const mira = await founder(world);
  await enterRecords(mira, [
    {
      type: "access.field",
      values: {
        recordType: "solo.customer",
        key: "level",
        label: "مستوى الخدمة",
        kind: "choice",
        choices: ["ذهبي", "فضي"],
      },
    },
  ]);
  await mira.page.context().addInitScript(() => localStorage.setItem("holdfast.language", "ar"));
  await mira.page.goto(`/w/${mira.workspace}/settings`);
  await mira.page.getByText("مستوى الخدمة").waitFor();
  const faults = new Faults();
  for (const each of everyLook) await look(mira.page, "fields-ar", each, faults);
  await mira.page.getByRole("button", { name: arabic("fields.edit", { label: "مستوى الخدمة" }) }).click();
  await mira.page.getByRole("dialog").getByRole("switch").waitFor();
  for (const each of everyLook) await look(mira.page, "field-ar", each, faults);
  faults.assertNone();
});
