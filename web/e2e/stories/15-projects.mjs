import assert from "node:assert/strict";
import { showsFocus } from "../support/focus.mjs";
import { call, colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers, enterRecords } from "../support/wire.mjs";
import { away } from "../support/world.mjs";

const tasksOf = (page) => page.getByRole("list", { name: t("tasks.title") }).getByRole("listitem");
const titles = (page) => tasksOf(page).locator('[data-field="title"]').allInnerTexts();

async function addTasks(page, ...names) {
  await page.keyboard.press("t");
  for (const name of names) {
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await tasksOf(page).filter({ hasText: name }).waitFor();
  }
}

/** Waits until the tasks stand in this order. */
async function ordered(page, ...names) {
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll('[data-drag] [data-field="title"]')]
        .map((one) => one.textContent)
        .join() === wanted,
    names.join(),
  );
}

async function openProject(person, id) {
  await person.page.goto(`/w/${person.workspace}/projects/${id}`);
  await connection(person.page, "live").waitFor();
}

story(
  import.meta,
  "Tasks stand in the order that people give them, by mouse and by keyboard",
  async (world) => {
    const mira = await founder(world);
    const [id] = await enterRecords(mira, [{ type: "solo.project", values: { name: "New website" } }]);
    const tomas = await colleague(world, mira);
    for (const person of [mira, tomas]) await openProject(person, id);
    const { page } = mira;
    await addTasks(page, "One", "Two", "Three");
    await ordered(tomas.page, "One", "Two", "Three");

    const handle = (title) => page.getByRole("button", { name: t("tasks.move", { title }) });
    await handle("Three").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await ordered(page, "One", "Three", "Two");
    await showsFocus(page, handle("Three"));
    await page.keyboard.press("Alt+ArrowUp");
    await ordered(tomas.page, "Three", "One", "Two");

    const from = await handle("Three").boundingBox();
    const to = await handle("Two").boundingBox();
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 8, to.y + to.height - 2, { steps: 8 });
    await page.mouse.up();
    await ordered(tomas.page, "One", "Two", "Three");
    await page
      .getByRole("button", { name: new RegExp(`^${t("records.solo.task.fields.assignee")}`, "u") })
      .first()
      .click();
    await page.getByRole("menuitemradio", { name: tomas.name }).click();
    await tasksOf(tomas.page).first().getByRole("img", { name: tomas.name }).waitFor();
  },
);

story(
  import.meta,
  "The board moves a project by mouse and by keyboard, and says what stands in the way",
  async (world) => {
    const mira = await founder(world);
    const [customer] = await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const project = (name, more) => ({ type: "solo.project", values: { name, ...more } });
    await enterRecords(mira, [project("Website", { customer }), project("Nobody's")]);
    const { page } = mira;
    await page.goto(`/w/${mira.workspace}/projects?view=board`);
    const column = (state) => page.getByRole("region", { name: t(`records.solo.project.state.${state}`) });
    const card = (name) => page.getByRole("link", { name: new RegExp(`^${name}`, "u") });

    await card("Nobody's").focus();
    await page.keyboard.press("Alt+ArrowRight");
    await page.getByText(t("errors.project.needs_customer")).waitFor();
    const refused = page.getByText(t("errors.project.needs_customer"));
    assert.match(await refused.innerText(), /^“[^”]+” stays where it is\. /u);
    assert.equal(await column("draft").getByRole("link").count(), 2);
    await page.keyboard.press("ArrowDown");
    await showsFocus(page, card("Website"));
    await page.keyboard.press("Alt+ArrowRight");
    await column("active").getByText("Website").waitFor();
    await showsFocus(page, card("Website"));

    const from = await card("Website").boundingBox();
    const to = await column("completed").boundingBox();
    await page.mouse.move(from.x + 20, from.y + 12);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + 80, { steps: 8 });
    await page.mouse.up();
    await column("completed").getByText("Website").waitFor();
    assert.match(page.url(), /view=board$/u, "To drag is not to open.");
  },
);

const grid = (page) => page.getByRole("grid", { name: t("projects.title"), exact: true });
const rowOf = (page, name) => grid(page).getByRole("link").filter({ hasText: name });
const toast = (page, text) => page.getByRole("status").getByText(text);
const field = (name) => t(`records.solo.project.fields.${name}`);

/** Waits until the list shows just these, in this order. */
async function shows(page, ...names) {
  const wanted = JSON.stringify(names);
  const shown = () =>
    JSON.stringify([...document.querySelectorAll("[data-row] a bdi")].map((one) => one.textContent));
  await page
    .waitForFunction(
      (wanted) =>
        JSON.stringify([...document.querySelectorAll("[data-row] a bdi")].map((one) => one.textContent)) ===
        wanted,
      wanted,
    )
    .catch(async () => assert.equal(await page.evaluate(shown), wanted));
}

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Some projects of two customers, in all states. */
async function withSome(world, options) {
  const mira = await founder(world, { options });
  const [harbour, okafor] = await enterCustomers(mira, [{ name: "Harbour Works" }, { name: "Okafor Legal" }]);
  const project = (name, values) => ({ type: "solo.project", values: { name, ...values } });
  const ids = await enterRecords(mira, [
    project("Annual report", { customer: okafor, state: "completed", endsOn: day(-20), budgetMinutes: 1200 }),
    project("Brochure", {
      customer: harbour,
      state: "active",
      endsOn: day(-2),
      budget: 250_000,
      currency: "EUR",
    }),
    project("Catalogue", { customer: harbour, state: "active", endsOn: day(40), budgetMinutes: 4800 }),
    project("Deed archive", { customer: okafor }),
  ]);
  await mira.page.goto(`/w/${mira.workspace}/projects`);
  await rowOf(mira.page, "Deed archive").waitFor();
  return { ...mira, ids, harbour, okafor };
}

async function setRange(page, name, from, to) {
  for (const [end, value] of [
    ["fromOf", from],
    ["toOf", to],
  ]) {
    if (value === undefined) continue;
    const input = page.getByLabel(t(`list.filter.${end}`, { field: field(name) }), { exact: true });
    await input.fill(value);
    await input.press("Enter");
  }
}

story(
  import.meta,
  "Projects are filtered by customer, by days, hours and money, and found by their customer's name",
  async (world) => {
    const mira = await withSome(world);
    const { page } = mira;
    await shows(page, "Annual report", "Brochure", "Catalogue", "Deed archive");
    await page.getByRole("textbox", { name: t("actions.searchProjects") }).fill("harbour");
    await shows(page, "Brochure", "Catalogue");
    await page.getByRole("textbox", { name: t("actions.searchProjects") }).fill("");
    await page.getByRole("button", { name: t("list.filter.open_other", { count: 0 }) }).click();
    await setRange(page, "endsOn", day(-60), day(0));
    await shows(page, "Annual report", "Brochure");
    await setRange(page, "budget", "2000");
    await shows(page, "Brochure");
    await setRange(page, "budget", "2500,01");
    await page.getByRole("heading", { name: t("list.none.title") }).waitFor();
    await setRange(page, "budget", "");
    await setRange(page, "endsOn", "", "");
    await setRange(page, "budgetMinutes", "20", "79:30");
    await shows(page, "Annual report");
    assert.match(page.url(), /budgetMinutes=1200\.\.4770/u);
    const copy = await page.context().newPage();
    await copy.goto(page.url());
    await shows(copy, "Annual report");
    await copy.close();

    // The server finds the same by the same question.
    const asked = `endsOn:${day(-60)}..${day(0)} customer:${mira.harbour}`;
    const path = `/api/workspaces/${mira.workspace}/records/solo.project?query=${encodeURIComponent(asked)}`;
    const { records } = await call(page, "GET", path);
    assert.deepEqual(
      records.map(({ values }) => values.name),
      ["Brochure"],
    );
    await page.goto(`/w/${mira.workspace}/projects?endsOn=${day(-60)}..${day(0)}&customer=${mira.harbour}`);
    await shows(page, "Brochure");
  },
);

story(
  import.meta,
  "Many projects get another state as one, where each may get there, and the way back is one as well",
  async (world) => {
    const { page } = await withSome(world);
    await page.keyboard.press("Control+a");
    await page.getByRole("button", { name: t("list.bulk.change"), exact: true }).click();
    await page.getByRole("menuitem", { name: t("list.bulk.changeField", { field: field("state") }) }).click();
    const dialog = page.getByRole("dialog");
    assert.ok(await dialog.getByRole("radio", { name: t("records.solo.project.state.draft") }).isEnabled());
    await dialog.getByRole("radio", { name: t("records.solo.project.state.completed") }).check();
    await dialog.getByText(t("list.bulk.some_one", { count: 1 })).waitFor();
    await dialog.getByRole("button", { name: t("list.bulk.apply_other", { count: 3 }) }).click();
    await toast(page, t("list.bulk.changed_other", { count: 2 })).waitFor();
    const done = grid(page)
      .getByRole("row")
      .filter({ hasText: t("records.solo.project.state.completed") });
    await done.nth(2).waitFor();
    await page
      .getByRole("status")
      .getByRole("button", { name: t("actions.undo") })
      .click();
    await done.nth(1).waitFor({ state: "detached" });
    await connection(page, "live").waitFor();
  },
);

story(
  import.meta,
  "Projects are walked, opened, renamed and made by keys, and shown on a board and along the days",
  async (world) => {
    const { page } = await withSome(world);
    const { keyboard } = page;
    await keyboard.press("j");
    await showsFocus(page, rowOf(page, "Annual report"));
    await keyboard.press("j");
    await keyboard.press("k");
    await keyboard.press("Enter");
    await page.getByRole("region", { name: "Annual report" }).waitFor();
    await keyboard.press("j");
    await page.getByRole("region", { name: "Brochure" }).waitFor();
    await keyboard.press("Escape");
    await showsFocus(page, rowOf(page, "Brochure"));
    await keyboard.press("e");
    const name = page.getByRole("textbox", { name: field("name"), exact: true });
    await name.fill("Brochure, second print");
    await keyboard.press("Enter");
    await page.getByRole("region", { name: "Brochure, second print" }).waitFor();
    await keyboard.press("Escape");
    await rowOf(page, "Brochure, second print").waitFor();

    await keyboard.press("v");
    await keyboard.press("b");
    await page.getByRole("group", { name: t("projects.board") }).waitFor();
    assert.match(page.url(), /view=board/u);
    await page.getByRole("textbox", { name: t("actions.searchProjects") }).fill("okafor");
    const cards = page.getByRole("group", { name: t("projects.board") }).getByRole("link");
    await cards.filter({ hasText: "Catalogue" }).waitFor({ state: "detached" });
    assert.equal(await cards.count(), 2);
    await cards.filter({ hasText: "Deed archive" }).click();
    await page.getByRole("region", { name: "Deed archive" }).waitFor();
    await keyboard.press("Escape");
    await cards.filter({ hasText: "Deed archive" }).waitFor();
    await page.getByRole("button", { name: t("list.clearSearch") }).click();
    await keyboard.press("v");
    await keyboard.press("t");
    const rows = page.getByRole("list", { name: t("projects.timeline") }).getByRole("listitem");
    await rows.filter({ hasText: "Catalogue" }).waitFor();
    await page.getByText(t("projects.rest.undated_one", { n: 1 })).waitFor();
    assert.equal(await rows.count(), 3);
    await page.goBack();
    await page.getByRole("group", { name: t("projects.board") }).waitFor();
    await keyboard.press("v");
    await keyboard.press("l");
    await grid(page).waitFor();
  },
);

story(
  import.meta,
  "A project is kept as a template, and from the template another is made with its tasks and later dates",
  async (world) => {
    const mira = await withSome(world);
    const { page, ids, okafor } = mira;
    const [, , catalogue] = ids;
    const task = (title, order, more) => ({
      type: "solo.task",
      values: { project: catalogue, title, order, ...more },
    });
    await enterRecords(mira, [task("Texts", "c", { done: true }), task("Print", "d", { due: day(40) })]);
    await openProject(mira, catalogue);
    const more = () => page.getByRole("button", { name: t("list.more", { name: "Catalogue" }) });
    await more().click();
    await page.getByRole("menuitem", { name: t("actions.saveAsTemplate") }).click();
    const saving = page.getByRole("dialog", {
      name: t("projects.copy.templateTitle", { name: "Catalogue" }),
    });
    await saving.getByRole("textbox", { name: field("name") }).fill("Any catalogue");
    await saving.getByRole("button", { name: t("projects.copy.template") }).click();
    await page.getByRole("region", { name: "Any catalogue" }).waitFor();
    await page.getByRole("button", { name: t("actions.projectFromTemplate") }).waitFor();
    assert.equal(
      await page.getByRole("button", { name: t("actions.startProject"), exact: true }).count(),
      0,
      "A template begins no work.",
    );
    await tasksOf(page).nth(1).waitFor();

    const region = {
      recordType: "solo.project",
      key: "region",
      label: "Region",
      kind: "text",
      required: true,
    };
    await enterRecords(mira, [{ type: "access.field", values: region }]);
    // What is counted and has no place on the board is named there.
    for (const layout of ["board", "timeline"]) {
      await page.goto(`/w/${mira.workspace}/projects?view=${layout}`);
      await page.getByText(t("projects.templatesLeftOut_one", { count: "1" })).waitFor();
      await page.getByRole("link", { name: "Any catalogue" }).waitFor();
    }
    await page.goto(`/w/${mira.workspace}/projects`);
    await rowOf(page, "Any catalogue").waitFor();
    await page.keyboard.press("n");
    const making = page.getByRole("dialog", { name: t("projects.new.title") });
    await making.getByRole("combobox", { name: t("projects.new.template") }).click();
    await page.getByRole("option", { name: "Any catalogue" }).click();
    await making.getByRole("textbox", { name: field("name") }).fill("Okafor's catalogue");
    await making.getByRole("combobox", { name: field("customer") }).fill("Okafor");
    await page.getByRole("option", { name: "Okafor Legal" }).click();
    await making.getByRole("button", { name: t("projects.copy.project") }).click();
    await making.getByText(t("errors.field.required")).waitFor();
    await making.getByRole("textbox", { name: "Region" }).fill("North");
    await making.getByRole("button", { name: t("projects.copy.project") }).click();
    await page.getByRole("region", { name: "Okafor's catalogue" }).waitFor();
    await tasksOf(page).nth(1).waitFor();
    assert.deepEqual(await titles(page), ["Texts", "Print"]);
    assert.equal(await tasksOf(page).getByRole("checkbox", { checked: true }).count(), 0);
    const [made] = (
      await call(
        page,
        "GET",
        `/api/workspaces/${mira.workspace}/records/solo.project?query=${encodeURIComponent('name:"Okafor\'s"')}`,
      )
    ).records;
    assert.deepEqual(
      ["customer", "state", "template", "budgetMinutes", "ext.region"].map((name) => made.values[name]),
      [okafor, "draft", null, 4800, "North"],
    );
    await toast(page, t("projects.copy.made", { name: "Okafor's catalogue" })).waitFor();
    await page
      .getByRole("status")
      .getByRole("button", { name: t("actions.undo") })
      .click();
    const deleted = t("record.deleted.title", { name: "Okafor's catalogue" });
    await page
      .getByRole("heading", { name: t("record.gone.title") })
      .or(page.getByRole("heading", { name: deleted }))
      .waitFor();
  },
);

story(
  import.meta,
  "A project is duplicated with what one wants along, and not without a network",
  async (world) => {
    world.expectInConsole(away);
    const mira = await withSome(world);
    const { page, ids } = mira;
    await enterRecords(mira, [{ type: "solo.task", values: { project: ids[1], title: "Fold", order: "c" } }]);
    await openProject(mira, ids[1]);
    await page.getByRole("button", { name: t("list.more", { name: "Brochure" }) }).click();
    await page.getByRole("menuitem", { name: t("actions.duplicateProject") }).click();
    const dialog = page.getByRole("dialog", {
      name: t("projects.copy.duplicateTitle", { name: "Brochure" }),
    });
    const submit = dialog.getByRole("button", { name: t("projects.copy.duplicate"), exact: true });
    await page.context().setOffline(true);
    await dialog.getByText(t("record.needsConnection")).waitFor();
    assert.ok(await submit.isDisabled());
    await page.context().setOffline(false);
    await connection(page, "live").waitFor();
    await dialog.getByRole("checkbox", { name: t("projects.copy.tasks_one", { count: 1 }) }).uncheck();
    await submit.click();
    const copy = page.getByRole("region", { name: t("projects.copy.nameOf", { name: "Brochure" }) });
    await copy.waitFor();
    assert.equal(await tasksOf(page).count(), 0);
  },
);

story(
  import.meta,
  "On a phone a finger that rests on a project chooses it, and each tap one more",
  async (world) => {
    const { page } = await withSome(world, {
      hasTouch: true,
      isMobile: true,
      viewport: { width: 375, height: 812 },
    });
    assert.equal(await page.getByRole("checkbox").count(), 0, "There is no column that holds nothing.");
    const finger = await page.context().newCDPSession(page);
    const box = await rowOf(page, "Brochure").boundingBox();
    const at = { x: box.x + 20, y: box.y + box.height / 2 };
    await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
    const bar = page.getByRole("toolbar", { name: t("list.selection") });
    await bar.getByText(t("list.selected_one", { n: 1 })).waitFor();
    await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await rowOf(page, "Catalogue").tap();
    await bar.getByText(t("list.selected_other", { n: 2 })).waitFor();
    assert.equal(await page.getByRole("region", { name: "Catalogue" }).count(), 0);
    await rowOf(page, "Catalogue").tap();
    await rowOf(page, "Brochure").tap();
    await bar.waitFor({ state: "detached" });
    await rowOf(page, "Brochure").tap();
    await page.getByRole("region", { name: "Brochure" }).waitFor();
    await page.getByRole("button", { name: t("record.back") }).tap();
    await page.getByRole("button", { name: t("list.more", { name: "Deed archive" }) }).tap();
    await page
      .getByRole("dialog", { name: "Deed archive" })
      .getByRole("button", { name: t("actions.select"), exact: true })
      .tap();
    await bar.waitFor();
  },
);

story(import.meta, "Projects are planned without a network, and nothing is lost", async (world) => {
  world.expectInConsole(away);
  const mira = await founder(world);
  const tomas = await colleague(world, mira);
  const { page } = mira;
  await page.goto(`/w/${mira.workspace}/projects`);
  await connection(page, "live").waitFor();
  await page.context().setOffline(true);
  await connection(page, "offline").waitFor();
  await page.keyboard.press("n");
  await page.getByRole("textbox", { name: t("records.solo.project.fields.name") }).fill("New website");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "New website" }).waitFor();
  await addTasks(page, "Design");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await rowOf(page, "New website").waitFor();
  await page.keyboard.press("x");
  await page.getByRole("button", { name: t("list.bulk.change"), exact: true }).click();
  await page.getByRole("menuitem", { name: t("list.bulk.changeField", { field: field("tags") }) }).click();
  await page.getByRole("combobox", { name: field("tags") }).fill("spring");
  await page.getByRole("button", { name: t("list.bulk.apply_one", { count: 1 }) }).click();
  await rowOf(page, "New website").click();
  await page.context().setOffline(false);
  await connection(page, "live").waitFor();
  await tomas.page.goto(`/w/${tomas.workspace}/projects`);
  await rowOf(tomas.page, "New website").click();
  await tasksOf(tomas.page).filter({ hasText: "Design" }).waitFor();
  assert.deepEqual(await titles(tomas.page), ["Design"]);
});

story(
  import.meta,
  "An amount asks for its currency first, and keeps what was typed until it has one",
  async (world) => {
    const mira = await founder(world);
    const [id] = await enterRecords(mira, [{ type: "solo.project", values: { name: "New website" } }]);
    await openProject(mira, id);
    const { page } = mira;
    const label = (name) => t(`records.solo.project.fields.${name}`);
    await page.getByText(t("projects.budget.money"), { exact: true }).click();
    await page.locator('[data-field="budget"]').click();
    await page.keyboard.type("1250.50");
    await page.keyboard.press("Enter");
    await page.getByText(t("record.missing", { field: label("currency") })).waitFor();
    const budget = page.getByRole("textbox", { name: label("budget"), exact: true });
    assert.equal(await budget.inputValue(), "1250.50");

    // Of all currencies one is left: Enter chooses it.
    await page.locator('[data-field="currency"]').click();
    await page.keyboard.type("EUR");
    await page.locator('[role="option"][data-combobox-selected]').waitFor();
    await page.keyboard.press("Enter");
    await page.locator('[data-field="currency"]').filter({ hasText: "Euro" }).waitFor();
    await page.locator('[data-field="budget"]').filter({ hasText: "€1,250.50" }).waitFor();
  },
);

story(import.meta, "A form marks what it cannot do without", async (world) => {
  const { page, workspace } = await founder(world);
  await page.goto(`/w/${workspace}/projects`);
  await connection(page, "live").waitFor();
  await page.keyboard.press("n");
  const input = (name) =>
    page
      .getByRole("dialog")
      .getByRole("textbox", { name: t(`records.solo.project.fields.${name}`), exact: true });
  await input("name").waitFor();
  assert.equal(await input("name").getAttribute("aria-required"), "true");
  assert.equal(await input("code").getAttribute("aria-required"), null);
});
