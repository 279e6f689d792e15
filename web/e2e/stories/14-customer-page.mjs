import assert from "node:assert/strict";
import { createCustomer, edit, openCustomer, row, value, write } from "../support/customers.mjs";
import { showsFocus } from "../support/focus.mjs";
import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers, enterRecords } from "../support/wire.mjs";
import { away } from "../support/world.mjs";

const tab = (page, key) => page.getByRole("tab", { name: new RegExp(`^${t(key)}`, "u") });
const undo = (page) => page.getByRole("button", { name: t("actions.undo"), exact: true });

/** Opens what is said of a row, and what happened to it. */
async function about(page, name) {
  await page.getByRole("button", { name: t("list.more", { name }), exact: true }).click();
  await page.getByRole("menuitem", { name: t("record.about") }).click();
}

/** Opens the menu of the status. */
async function openStatus(page, status) {
  const value = t(`records.solo.customer.status.${status}`);
  await page
    .getByRole("button", {
      name: t("record.edit", { label: t("records.solo.customer.fields.status"), value }),
    })
    .click();
}
const statusItem = (page, status) =>
  page.getByRole("menuitemradio", {
    name: new RegExp(`^${t(`records.solo.customer.status.${status}`)}`, "u"),
  });
const shownStatus = (page, status) =>
  page.getByRole("button", {
    name: t("record.edit", {
      label: t("records.solo.customer.fields.status"),
      value: t(`records.solo.customer.status.${status}`),
    }),
  });

story(
  import.meta,
  "A customer goes through life: what may follow is offered, what may not says why",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    await enterCustomers(mira, [{ name: "Harbour Works", status: "active" }]);
    await openCustomer(page, "Harbour Works");
    await openStatus(page, "active");
    assert.ok(await statusItem(page, "lead").isDisabled());
    await page.getByText(t("customers.why.lead")).waitFor();
    await statusItem(page, "archived").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: t("customers.reason.archived.confirm") }).click();
    await dialog.getByText(t("errors.field.required")).waitFor();
    await dialog.getByRole("textbox").fill("Closed down");
    await dialog.getByRole("button", { name: t("customers.reason.archived.confirm") }).click();
    await page.getByText(t("customers.archivedBecause", { reason: "Closed down" })).waitFor();
    for (const field of ["phone", "name"])
      assert.equal(await value(page, field).count(), 0, `What is archived cannot be edited: ${field}.`);
    await undo(page).click();
    await shownStatus(page, "active").waitFor();
    await value(page, "phone").waitFor();
    await openStatus(page, "active");
    await statusItem(page, "dormant").click();
    await shownStatus(page, "dormant").waitFor();
    await openStatus(page, "dormant");
    await statusItem(page, "lost").click();
    await dialog.getByRole("button", { name: t("customers.reason.lost.confirm") }).click();
    await page.getByText(t("customers.reason.lost.done", { name: "Harbour Works" })).waitFor();
    assert.equal(await undo(page).count(), 0, "No step leads from lost to dormant.");

    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("textbox").fill("archive");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await dialog.getByRole("textbox").fill("Closed down");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: t("actions.restoreCustomer") }).click();
    await shownStatus(page, "active").waitFor();
    await page
      .getByText(t("customers.archivedBecause", { reason: "Closed down" }))
      .waitFor({ state: "detached" });
  },
);

story(import.meta, "People, places and papers of a customer are kept on its page", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const tomas = await colleague(world, mira);
  for (const { page } of [mira, tomas]) await openCustomer(page, "Harbour Works");
  const { page } = mira;

  const contacts = (of) => of.getByRole("region", { name: t("contacts.title") });
  await contacts(page)
    .getByRole("button", { name: t("contacts.add") })
    .click();
  await contacts(page)
    .getByRole("textbox", { name: t("records.solo.contact.fields.name") })
    .fill("Ana Souza");
  await contacts(page)
    .getByRole("textbox", { name: t("records.solo.contact.fields.email") })
    .fill("ana at souza");
  await page.keyboard.press("Enter");
  await contacts(page).getByText(t("errors.field.malformed")).waitFor();
  await contacts(page)
    .getByRole("textbox", { name: t("records.solo.contact.fields.email") })
    .fill("ana@souza.example");
  await page.keyboard.press("Enter");
  await contacts(tomas.page).getByText("Ana Souza").click();
  await contacts(tomas.page).locator('[data-field="role"]').click();
  await contacts(tomas.page)
    .getByRole("textbox", { name: t("records.solo.contact.fields.role") })
    .fill("Buyer");
  await tomas.page.keyboard.press("Enter");
  await contacts(page).getByText("Buyer").waitFor();

  const addresses = page.getByRole("region", { name: t("addresses.title") });
  await addresses.getByRole("button", { name: t("addresses.add") }).click();
  await addresses.getByRole("textbox", { name: t("records.solo.address.fields.city") }).fill("Malmö");
  await addresses.getByRole("combobox", { name: t("records.solo.address.fields.country") }).fill("Swed");
  await page.getByRole("option", { name: "Sweden" }).click();
  await addresses.getByRole("button", { name: t("record.addIt"), exact: true }).click();
  await addresses.getByText("Malmö").waitFor();

  // The browser knows the forms, the server the check digits as well.
  const vatId = await write(page, "vatId", "XX");
  await vatId.press("Enter");
  await page.getByText(t("errors.customer.vat_id", { example: "DE136695976" })).waitFor();
  await vatId.fill("de 136 695 970");
  await vatId.press("Enter");
  await page.getByRole("alert").getByText("DE").first().waitFor();
  await page
    .getByRole("alert")
    .getByRole("button", { name: t("record.discard") })
    .click();
  await edit(page, "vatId", "DE136695976");
  await page.getByRole("img", { name: t("customers.vatChecked") }).waitFor();

  await page.locator('[data-field="eInvoiceAddress"]').click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByRole("textbox", { name: t("records.solo.customer.fields.eInvoiceAddress") })
    .fill("991-1234512345-06");
  await page.keyboard.press("Enter");
  await dialog.getByText(t("errors.customer.e_invoice")).waitFor();
  await dialog.getByRole("textbox", { name: t("records.solo.customer.fields.eInvoiceScheme") }).fill("0204");
  await page.keyboard.press("Enter");
  await value(page, "eInvoiceAddress", "0204:991-1234512345-06").waitFor();
});

story(import.meta, "What was said is found again, also without a network", async (world) => {
  world.expectInConsole(away);
  const mira = await founder(world);
  const { page } = mira;
  await createCustomer(page, "Harbour Works");
  await tab(page, "customers.tabs.notes").click();
  await page.context().setOffline(true);
  await connection(page, "offline").waitFor();
  const box = page.getByRole("textbox", { name: t("notes.write") });
  for (const text of ["Wants an offer by Friday", "Angebot für Müller geschickt"]) {
    await box.fill(text);
    await page.keyboard.press("Control+Enter");
    await page
      .getByRole("list", { name: t("customers.tabs.notes") })
      .getByText(text)
      .waitFor();
  }
  await page.getByRole("searchbox", { name: t("notes.search") }).fill("muller");
  const notes = page.getByRole("list", { name: t("customers.tabs.notes") }).getByRole("listitem");
  await notes.filter({ hasText: "Friday" }).waitFor({ state: "detached" });
  assert.equal(await notes.count(), 1);
  await tab(page, "history.title").click();
  await page.getByText(t("history.offline")).waitFor();
  await page.context().setOffline(false);
  await connection(page, "live").waitFor();
  await page
    .getByRole("list", { name: t("history.title") })
    .getByText(t("history.kinds.create"))
    .waitFor();
});

story(import.meta, "A record says what happened to it, goes back to it, and has a thread", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works", phone: "1" }]);
  const tomas = await colleague(world, mira);
  for (const { page } of [mira, tomas]) await openCustomer(page, "Harbour Works");
  await edit(tomas.page, "phone", "2");
  await value(mira.page, "phone", "2").waitFor();
  const { page } = mira;
  await tab(page, "history.title").click();
  const history = page.getByRole("list", { name: t("history.title") });
  const changed = history.getByRole("listitem").filter({ hasText: tomas.name }).first();
  assert.match(await changed.innerText(), /1 → 2/u);
  // But one field would change, the one beside the button: nothing is asked.
  await history.getByRole("button", { name: /^Put back to here: /u }).click();
  await history.getByRole("listitem").filter({ hasText: "2 → 1" }).first().waitFor();
  await value(tomas.page, "phone", "1").waitFor();
  await undo(page).click();
  await value(tomas.page, "phone", "2").waitFor();

  await tab(tomas.page, "comments.title").click();
  await tomas.page.getByRole("textbox", { name: t("comments.write") }).fill("They moved offices");
  await tomas.page.keyboard.press("Control+Enter");
  await tab(page, "comments.title").click();
  const said = page.getByRole("list", { name: t("comments.title") }).getByRole("listitem");
  await said.filter({ hasText: "They moved offices" }).getByText(tomas.name).waitFor();
});

story(
  import.meta,
  "Who goes back to a moment reads first what else changes, and takes all of it back as one",
  async (world) => {
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const { page } = mira;
    await openCustomer(page, "Harbour Works");
    await edit(page, "phone", "1111");
    await edit(page, "email", "office@harbour.example");
    await edit(page, "phone", "2222");
    await tab(page, "history.title").click();
    const history = page.getByRole("list", { name: t("history.title") });
    const entry = history.getByRole("listitem").filter({ hasText: `${t("history.nothing")} → 1111` });
    await entry.getByRole("button", { name: /^Put back to here: /u }).click();
    const asked = page.getByRole("dialog", { name: /^Put back to /u });
    const changes = asked.getByRole("list", { name: t("history.changes_other", { count: "2" }) });
    await changes.getByText("office@harbour.example").waitFor();
    assert.match(await changes.innerText(), /2222 → 1111/u);
    const faults = new Faults();
    for (const each of everyLook) await look(page, "put-back", each, faults);
    await asked.getByRole("button", { name: t("common.cancel") }).click();
    await asked.waitFor({ state: "detached" });
    assert.equal(await history.getByText("2222 → 1111").count(), 0);
    await entry.getByRole("button", { name: /^Put back to here: /u }).click();
    await asked.getByRole("button", { name: t("history.confirm"), exact: true }).click();
    await history.getByRole("listitem").filter({ hasText: "2222 → 1111" }).first().waitFor();
    await tab(page, "customers.tabs.overview").click();
    await value(page, "phone", "1111").waitFor();
    await undo(page).click();
    await value(page, "phone", "2222").waitFor();
    await value(page, "email", "office@harbour.example").waitFor();

    // On a phone not all parts fit: the row says that there is more, and the last comes into sight.
    await page.setViewportSize({ width: 375, height: 812 });
    const parts = page.getByRole("tablist");
    await page.locator('[role="tablist"][data-more-after]').waitFor();
    await tab(page, "history.title").focus();
    await page.locator('[role="tablist"][data-more-before]:not([data-more-after])').waitFor();
    await look(page, "customer-parts", narrowAndWide[0], faults);
    const [row, last] = [await parts.boundingBox(), await tab(page, "history.title").boundingBox()];
    assert.ok(last.x + last.width <= row.x + row.width + 1, "The last part is cut off.");
    faults.assertNone();
  },
);

story(
  import.meta,
  "What belongs to a customer or a project has a history and a thread of its own, behind its row",
  async (world) => {
    world.expectInConsole(away);
    const mira = await founder(world);
    const { page } = mira;
    const [customer] = await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const [project] = await enterRecords(mira, [
      { type: "solo.project", values: { name: "New website", customer } },
    ]);
    await enterRecords(mira, [
      { type: "solo.task", values: { project, title: "Design", order: "c" } },
      { type: "solo.contact", values: { customer, name: "Ana Souza", role: "Owner" } },
      { type: "solo.address", values: { customer, kind: "main", city: "Lisbon", country: "PT" } },
      {
        type: "solo.note",
        values: { customer, kind: "call", text: "Wants a shop", at: "2026-11-02T10:00:00Z" },
      },
    ]);
    const tomas = await colleague(world, mira);
    const faults = new Faults();
    const openProject = async (one) => {
      await one.page.goto(`/w/${mira.workspace}/projects/${project}`);
      await connection(one.page, "live").waitFor();
    };
    for (const person of [mira, tomas]) await openProject(person);
    await about(tomas.page, "Design");
    await tomas.page.getByRole("textbox", { name: t("comments.write") }).fill("Blue, please");
    await tomas.page.keyboard.press("Control+Enter");
    await tomas.page.keyboard.press("Escape");
    const talk = page.getByRole("button", {
      name: t("comments.count_one", { n: "1", name: "Design" }),
    });
    await talk.waitFor();
    for (const each of everyLook) await look(page, "row-menus-tasks", each, faults);
    await talk.click();
    const task = page.getByRole("dialog", { name: "Design", exact: true });
    const said = task.getByRole("list", { name: t("comments.title") }).getByRole("listitem");
    await said.filter({ hasText: "Blue, please" }).getByText(tomas.name).waitFor();
    await task.getByRole("textbox", { name: t("comments.write") }).fill("Rather green");
    await page.keyboard.press("Control+Enter");
    await said.nth(1).waitFor();
    for (const each of everyLook) await look(page, "row-about-comments", each, faults);
    await page.keyboard.press("Escape");
    await task.waitFor({ state: "detached" });
    await showsFocus(
      page,
      page.getByRole("button", { name: t("comments.count_other", { n: "2", name: "Design" }) }),
    );

    await page.locator('[data-field="title"]').click();
    await page.getByRole("textbox", { name: t("records.solo.task.fields.title") }).fill("Draw");
    await page.keyboard.press("Enter");
    await about(page, "Draw");
    const renamed = page.getByRole("dialog", { name: "Draw", exact: true });
    await renamed.getByRole("tab", { name: t("history.title") }).click();
    const history = renamed.getByRole("list", { name: t("history.title") });
    await history.getByRole("listitem").filter({ hasText: "Design → Draw" }).first().waitFor();
    for (const each of everyLook) await look(page, "row-about-history", each, faults);
    await history.getByRole("button", { name: /^Put back to/u }).click();
    await page.getByRole("dialog", { name: "Design", exact: true }).waitFor();
    await tomas.page.getByText("Design", { exact: true }).waitFor();
    await page.keyboard.press("Escape");

    await page.goto(`/w/${mira.workspace}/customers/${customer}`);
    await connection(page, "live").waitFor();
    for (const each of everyLook) await look(page, "row-menus-customer", each, faults);
    await page.context().setOffline(true);
    await connection(page, "offline").waitFor();
    for (const name of ["Ana Souza", t("records.solo.address.kind.main")]) {
      await about(page, name);
      const dialog = page.getByRole("dialog", { name, exact: true });
      await dialog.getByRole("textbox", { name: t("comments.write") }).fill("Called back");
      await page.keyboard.press("Control+Enter");
      await dialog.getByText("Called back").waitFor();
      await dialog.getByRole("tab", { name: t("history.title") }).click();
      await dialog.getByText(t("history.offline")).waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }
    await page.context().setOffline(false);
    await connection(page, "live").waitFor();
    await tab(page, "customers.tabs.notes").click();
    const call = t("records.solo.note.kind.call");
    await about(page, call);
    const note = page.getByRole("dialog", { name: call, exact: true });
    await note.getByRole("tab", { name: t("history.title") }).click();
    await note.getByText("Wants a shop").waitFor();
    await page.keyboard.press("Escape");
    await note.waitFor({ state: "detached" });
    await page.getByRole("button", { name: t("list.more", { name: call }), exact: true }).click();
    await page.getByRole("menuitem", { name: t("record.remove") }).click();
    await page.getByText("Wants a shop").waitFor({ state: "detached" });
    await undo(page).click();
    await page.getByText("Wants a shop").waitFor();
    faults.assertNone();
  },
);

story(import.meta, "Two customers that are one become one, and two again", async (world) => {
  world.expectInConsole(/ERR_INTERNET_DISCONNECTED|WebSocket connection/u);
  const mira = await founder(world);
  const { page } = mira;
  const [one] = await enterCustomers(mira, [
    { name: "Harbor Works", email: "old@harbour.example", tags: ["web"] },
    { name: "Harbour Works" },
  ]);
  await enterRecords(mira, [{ type: "solo.contact", values: { customer: one, name: "Ana Souza" } }]);
  await openCustomer(page, "Harbor Works");
  await page.keyboard.press("Control+Delete");
  const dialog = page.getByRole("dialog");
  await dialog
    .getByText(t("record.delete.hanging", { what: t("records.solo.contact.count_one", { count: 1 }) }))
    .waitFor();
  await dialog
    .getByRole("button", { name: t("common.close") })
    .last()
    .click();

  await page
    .getByRole("region", { name: "Harbor Works" })
    .getByRole("button", { name: t("list.more", { name: "Harbor Works" }) })
    .click();
  await page.getByRole("menuitem", { name: t("actions.mergeRecord") }).click();
  await dialog.getByRole("combobox", { name: t("merge.into") }).fill("Harbour");
  await page.getByRole("option", { name: "Harbour Works" }).click();
  const moving = { what: t("records.solo.contact.count_one", { count: 1 }), into: "Harbour Works" };
  await dialog.getByText(t("merge.moves", moving)).waitFor();
  await dialog.getByRole("button", { name: t("merge.confirm") }).click();
  await page.getByRole("region", { name: "Harbour Works" }).getByText("Ana Souza").waitFor();
  await value(page, "email", "old@harbour.example").waitFor();
  await row(page, "Harbor Works").waitFor({ state: "detached" });
  await undo(page).click();
  await row(page, "Harbor Works").waitFor();
  await page.getByText(t("contacts.empty")).waitFor();

  // Long after, and from another life of the page, it is still the last thing that was done.
  await page.keyboard.press("Control+Shift+z");
  await row(page, "Harbor Works").waitFor({ state: "detached" });
  await page.getByText(t("undo.redone")).waitFor();
  await page.reload();
  await connection(page, "live").waitFor();
  await page.context().setOffline(true);
  await connection(page, "offline").waitFor();
  await page.keyboard.press("Control+z");
  await page.getByText(t("undo.needsConnection")).waitFor();
  await page.context().setOffline(false);
  await connection(page, "live").waitFor();
  await page.keyboard.press("Control+z");
  await row(page, "Harbor Works").waitFor();
  await page.getByText(t("undo.undone")).waitFor();
});

story(import.meta, "A history that could not be read is asked for again by a word", async (world) => {
  world.expectInConsole(/status of 503/u);
  const mira = await founder(world);
  const { page } = mira;
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  await openCustomer(page, "Harbour Works");
  const problem = { type: "about:blank", title: "", status: 503, detail: "", code: "server.error" };
  await page.route("**/history*", (route) => route.fulfill({ status: 503, json: problem }));
  await tab(page, "history.title").click();
  await page.getByText(t("errors.server.error")).waitFor();
  await page.unrouteAll({ behavior: "wait" });
  await page.getByRole("button", { name: t("record.retry"), exact: true }).click();
  await page.getByText(t("history.kinds.create")).waitFor();
  assert.equal(await page.getByText(t("errors.server.error")).count(), 0);
});
