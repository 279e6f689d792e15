import assert from "node:assert/strict";
import { openCustomer, row, value } from "../support/customers.mjs";
import { showsFocus } from "../support/focus.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";
import { away } from "../support/world.mjs";

const some = [
  { name: "Atelier Lumière", status: "prospect", tags: ["photo"], phone: "+33 1" },
  { name: "Brandt & Söhne", status: "active", tags: ["print"], currency: "EUR" },
  { name: "Café Marea", status: "lead", tags: ["brand"] },
  { name: "Harbour Works", status: "active", tags: ["web"], currency: "SEK" },
  { name: "Okafor Legal", status: "lead" },
];

async function withSome(world, options) {
  const mira = await founder(world, { options });
  await enterCustomers(mira, some);
  await row(mira.page, "Okafor Legal").waitFor();
  return mira;
}

const shownNames = (page) =>
  page.locator("[data-row]").evaluateAll((rows) => rows.map((one) => one.querySelector("a bdi").textContent));

/** Waits until the list shows just these, in this order. */
async function shows(page, ...names) {
  const wanted = JSON.stringify(names);
  await page
    .waitForFunction(
      (wanted) =>
        JSON.stringify(
          [...document.querySelectorAll("[data-row]")].map((one) => one.querySelector("a bdi").textContent),
        ) === wanted,
      wanted,
    )
    .catch(async () => assert.deepEqual(await shownNames(page), names));
}

const selected = (page, count) =>
  page.getByRole("toolbar", { name: t("list.selection") }).getByText(t("list.selected_other", { n: count }));

const toast = (page, text) => page.getByRole("status").getByText(text);

async function choose(page, field, option) {
  await page.getByRole("combobox", { name: t(`records.solo.customer.fields.${field}`), exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

story(
  import.meta,
  "What a list shows stands in its address, and the way back leads over it",
  async (world) => {
    const { page } = await withSome(world);
    await page.getByRole("button", { name: t("list.filter.open_other", { count: 0 }) }).click();
    await choose(page, "status", t("records.solo.customer.status.active"));
    await shows(page, "Brandt & Söhne", "Harbour Works");
    await choose(page, "status", t("records.solo.customer.status.lead"));
    await shows(page, "Brandt & Söhne", "Café Marea", "Harbour Works", "Okafor Legal");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page
      .getByRole("columnheader")
      .getByRole("button", { name: t("records.solo.customer.fields.status") })
      .click();
    await shows(page, "Café Marea", "Okafor Legal", "Brandt & Söhne", "Harbour Works");
    await page.getByRole("textbox", { name: t("actions.searchCustomers") }).fill("o");
    await shows(page, "Okafor Legal", "Brandt & Söhne", "Harbour Works");

    const copy = await page.context().newPage();
    await copy.goto(page.url());
    await shows(copy, "Okafor Legal", "Brandt & Söhne", "Harbour Works");
    await copy.close();

    await page.goBack();
    await shows(page, "Brandt & Söhne", "Café Marea", "Harbour Works", "Okafor Legal");
    await page.goBack();
    await shows(page, "Brandt & Söhne", "Harbour Works");
    await page.goForward();
    await shows(page, "Brandt & Söhne", "Café Marea", "Harbour Works", "Okafor Legal");
    await page.getByRole("button", { name: t("list.filter.clear") }).click();
    await shows(page, ...some.map(({ name }) => name));
  },
);

story(import.meta, "Columns are chosen once, and stay for this person in this workspace", async (world) => {
  const { page } = await withSome(world);
  const head = (field) =>
    page.getByRole("columnheader").filter({ hasText: t(`records.solo.customer.fields.${field}`) });
  await head("tags").waitFor();
  await page.getByRole("button", { name: t("list.columns") }).click();
  await page.getByRole("menuitemcheckbox", { name: t("records.solo.customer.fields.phone") }).click();
  await page.getByRole("menuitemcheckbox", { name: t("records.solo.customer.fields.tags") }).click();
  await head("phone").waitFor();
  await head("tags").waitFor({ state: "detached" });
  await page.reload();
  await head("phone").waitFor();
  assert.equal(await head("tags").count(), 0);
  await page.getByRole("button", { name: t("list.columns") }).click();
  await page.getByRole("menuitem", { name: t("list.usualColumns") }).click();
  await head("tags").waitFor();
});

story(
  import.meta,
  "A saved view is kept for its owner, on every machine, and for nobody else",
  async (world) => {
    const mira = await withSome(world);
    const { page } = mira;
    const views = (one, shown) =>
      one.getByRole("button", { name: t("list.views.choose", { view: shown }), exact: true });
    await page.goto(`/w/${mira.workspace}/customers?status=lead&sort=-name`);
    await shows(page, "Okafor Legal", "Café Marea");
    await views(page, t("list.views.title")).click();
    await page.getByRole("menuitem", { name: t("list.views.save") }).click();
    const dialog = page.getByRole("dialog", { name: t("list.views.saveTitle") });
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await dialog.getByText(t("errors.field.required")).waitFor();
    await dialog.getByRole("textbox", { name: t("list.views.name") }).fill("New ones");
    await page.keyboard.press("Enter");
    await views(page, "New ones").waitFor();

    const elsewhere = await world.newcomer();
    await elsewhere.context().addCookies(await page.context().cookies());
    await elsewhere.goto(`/w/${mira.workspace}/customers`);
    await connection(elsewhere, "live").waitFor();
    await views(elsewhere, t("list.views.all"))
      .or(views(elsewhere, t("list.views.title")))
      .click();
    await elsewhere.getByRole("menuitemradio", { name: "New ones" }).click();
    await shows(elsewhere, "Okafor Legal", "Café Marea");
    await views(elsewhere, "New ones").click();
    await elsewhere.getByRole("menuitem", { name: t("list.views.rename", { name: "New ones" }) }).click();
    await elsewhere.getByRole("textbox", { name: t("list.views.name") }).fill("To call");
    await elsewhere.keyboard.press("Enter");
    await views(page, "To call").waitFor();

    const tomas = await colleague(world, mira);
    await views(tomas.page, t("list.views.title")).click();
    await tomas.page.getByRole("menuitem", { name: t("list.views.save") }).waitFor();
    assert.equal(await tomas.page.getByText("To call").count(), 0, "A view is its owner's own.");

    await views(page, "To call").click();
    await page.getByRole("menuitem", { name: t("list.views.delete", { name: "To call" }) }).click();
    await views(page, t("list.views.title")).waitFor();
    await page
      .getByRole("status")
      .getByRole("button", { name: t("actions.undo") })
      .click();
    await views(page, "To call").waitFor();
  },
);

story(
  import.meta,
  "Many are chosen by the keyboard, changed as one, and taken back as one",
  async (world) => {
    const { page } = await withSome(world);
    const { keyboard } = page;
    await keyboard.press("j");
    await showsFocus(page, row(page, "Atelier Lumière"));
    await keyboard.press("x");
    await selected(page, 1).waitFor();
    await keyboard.press("Shift+ArrowDown");
    await keyboard.press("Shift+ArrowDown");
    await selected(page, 3).waitFor();
    await keyboard.press("Shift+ArrowUp");
    await selected(page, 2).waitFor();

    await page.getByRole("button", { name: t("list.bulk.change"), exact: true }).click();
    await page
      .getByRole("menuitem", {
        name: t("list.bulk.changeField", { field: t("records.solo.customer.fields.status") }),
      })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: t("records.solo.customer.status.lost") }).check();
    await dialog.getByRole("button", { name: t("list.bulk.apply_other", { count: 2 }) }).click();
    await toast(page, t("list.bulk.changed_other", { count: 2 })).waitFor();
    const lost = page.getByRole("row").filter({ hasText: t("records.solo.customer.status.lost") });
    await lost.nth(1).waitFor();
    assert.equal(await lost.count(), 2);
    await page
      .getByRole("status")
      .getByRole("button", { name: t("actions.undo") })
      .click();
    await lost.first().waitFor({ state: "detached" });

    await keyboard.press("Escape");
    await selected(page, 2).waitFor({ state: "detached" });
    await keyboard.press("Control+a");
    await selected(page, 5).waitFor();
    await keyboard.press("Control+Delete");
    await page
      .getByRole("dialog", { name: t("list.delete.titleMany_other", { count: 5 }) })
      .getByRole("button", { name: t("actions.delete"), exact: true })
      .click();
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
    await keyboard.press("Control+z");
    await shows(page, ...some.map(({ name }) => name));
    await connection(page, "live").waitFor();
  },
);

story(import.meta, "Tags are added to a range that the mouse drew, also without a network", async (world) => {
  world.expectInConsole(away);
  const mira = await withSome(world);
  const { page } = mira;
  const tomas = await colleague(world, mira);
  await page.context().setOffline(true);
  await row(page, "Brandt & Söhne").hover();
  await page.getByRole("checkbox", { name: t("list.selectOne", { name: "Brandt & Söhne" }) }).check();
  await row(page, "Harbour Works").click({ modifiers: ["Shift"] });
  await selected(page, 3).waitFor();
  await page.getByRole("button", { name: t("list.bulk.change"), exact: true }).click();
  await page
    .getByRole("menuitem", {
      name: t("list.bulk.changeField", { field: t("records.solo.customer.fields.tags") }),
    })
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: t("records.solo.customer.fields.tags") }).fill("tour");
  await dialog.getByRole("button", { name: t("list.bulk.apply_other", { count: 3 }) }).click();
  await toast(page, t("list.bulk.changed_other", { count: 3 })).waitFor();
  await page.getByRole("textbox", { name: t("actions.searchCustomers") }).fill("tour");
  await shows(page, "Brandt & Söhne", "Café Marea", "Harbour Works");
  await page.context().setOffline(false);
  await tomas.page.getByRole("textbox", { name: t("actions.searchCustomers") }).fill("tour");
  await shows(tomas.page, "Brandt & Söhne", "Café Marea", "Harbour Works");
});

story(
  import.meta,
  "Every row is reached, opened and edited by keys, and the help says by which",
  async (world) => {
    const { page } = await withSome(world);
    const { keyboard } = page;
    await keyboard.press("/");
    await keyboard.type("legal");
    await shows(page, "Okafor Legal");
    await keyboard.press("Enter");
    await showsFocus(page, row(page, "Okafor Legal"));
    await keyboard.press("e");
    const name = page.getByRole("textbox", { name: t("records.solo.customer.fields.name"), exact: true });
    await name.waitFor();
    await name.fill("Okafor Legal LLP");
    await keyboard.press("Enter");
    await value(page, "name", "Okafor Legal LLP").waitFor();
    await keyboard.press("Escape");
    await showsFocus(page, row(page, "Okafor Legal LLP"));
    await keyboard.press("Enter");
    await page.getByRole("region", { name: "Okafor Legal LLP" }).waitFor();
    await keyboard.press("Escape");
    await showsFocus(page, row(page, "Okafor Legal LLP"));
    await keyboard.press("/");
    await keyboard.press("Control+a");
    await keyboard.press("Delete");
    await row(page, "Atelier Lumière").waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("End");
    await showsFocus(page, row(page, "Okafor Legal LLP"));
    await keyboard.press("Home");
    await showsFocus(page, row(page, "Atelier Lumière"));

    await keyboard.press("?");
    const help = page.getByRole("dialog", { name: t("shortcuts.title") });
    for (const action of [
      "next",
      "previous",
      "open",
      "edit",
      "select",
      "extendDown",
      "selectAll",
      "newCustomer",
    ])
      await help.getByText(t(`actions.${action}`), { exact: true }).waitFor();
  },
);

story(
  import.meta,
  "On a phone rows are cards, filters come as a sheet, and each row has its own",
  async (world) => {
    const touch = { hasTouch: true, isMobile: true, viewport: { width: 375, height: 812 } };
    const { page } = await withSome(world, touch);
    await page.getByRole("button", { name: t("list.filter.open_other", { count: 0 }) }).tap();
    const sheet = page.getByRole("dialog", { name: t("list.filter.title") });
    await sheet.getByRole("combobox", { name: t("records.solo.customer.fields.status") }).tap();
    await sheet.getByRole("option", { name: t("records.solo.customer.status.lead"), exact: true }).tap();
    await sheet.getByText(t("list.sort.down"), { exact: true }).tap();
    await sheet.getByRole("button", { name: t("common.done") }).tap();
    await shows(page, "Okafor Legal", "Café Marea");

    await page.getByRole("button", { name: t("list.more", { name: "Café Marea" }) }).tap();
    const own = page.getByRole("dialog", { name: "Café Marea" });
    await own
      .getByRole("button", {
        name: t("list.bulk.changeField", { field: t("records.solo.customer.fields.status") }),
      })
      .tap();
    await page.getByRole("radio", { name: t("records.solo.customer.status.active") }).check();
    await page.getByRole("button", { name: t("list.bulk.apply_one", { count: 1 }) }).tap();
    await shows(page, "Okafor Legal");
    await page.getByRole("button", { name: t("list.more", { name: "Okafor Legal" }) }).tap();
    await page.getByRole("button", { name: t("actions.select"), exact: true }).tap();
    await page.getByRole("checkbox", { name: t("list.selectOne", { name: "Okafor Legal" }) }).waitFor();
    await selected(page, 1).waitFor();
    await page.getByRole("button", { name: t("actions.clearSelection") }).tap();
    await page.getByRole("button", { name: t("list.filter.clear") }).tap();
    await openCustomer(page, "Harbour Works");
    await page.getByRole("button", { name: t("record.back") }).tap();
    await row(page, "Harbour Works").waitFor();
  },
);

story(import.meta, "A change of many that is refused says so, and nothing of it stays", async (world) => {
  world.expectInConsole(away);
  const mira = await withSome(world);
  const tomas = await colleague(world, mira);
  await tomas.page.context().setOffline(true);
  await tomas.page.keyboard.press("j");
  await tomas.page.keyboard.press("x");
  await tomas.page.keyboard.press("Control+Delete");
  await tomas.page.getByRole("dialog").waitFor();
  await tomas.page.getByRole("button", { name: t("actions.delete"), exact: true }).click();
  await row(tomas.page, "Atelier Lumière").waitFor({ state: "detached" });

  await mira.page.getByRole("link", { name: t("people.title") }).click();
  await mira.page.getByRole("combobox", { name: t("people.roleOf", { name: tomas.name }) }).click();
  await mira.page.getByRole("option", { name: t("roles.viewer.name") }).click();
  await connection(mira.page, "live").waitFor();
  await tomas.page.context().setOffline(false);
  await toast(tomas.page, t("list.bulk.refused", { why: t("errors.permission.denied") })).waitFor();
  await row(tomas.page, "Atelier Lumière").waitFor();
});
