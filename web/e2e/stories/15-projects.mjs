import assert from "node:assert/strict";
import { showsFocus } from "../support/focus.mjs";
import { colleague, connection, founder, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers, enterRecords } from "../support/wire.mjs";

const tasksOf = (page) => page.getByRole("list", { name: t("tasks.title") }).getByRole("listitem");
const titles = (page) => tasksOf(page).locator('[data-field="title"]').allInnerTexts();
const pill = (page, state) =>
  page.getByRole("region").getByText(t(`records.solo.project.state.${state}`), { exact: true });

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

story(import.meta, "From sign-in to a completed project by the keyboard alone", async (world) => {
  const { email, page: elsewhere } = await founder(world).then(async (mira) => {
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    return mira;
  });
  await elsewhere.close();
  const page = await world.newcomer();
  const { keyboard } = page;
  await page.goto("/sign-in");
  await showsFocus(page, page.getByRole("textbox", { name: t("identity.email") }));
  await keyboard.type(email);
  await keyboard.press("Tab");
  await keyboard.type(password);
  await keyboard.press("Enter");
  await connection(page, "live").waitFor();

  await keyboard.press("g");
  await keyboard.press("j");
  await page.getByRole("heading", { name: t("projects.empty.title") }).waitFor();
  await keyboard.press("n");
  const dialog = page.getByRole("dialog", { name: t("projects.new.title") });
  await showsFocus(page, dialog.getByRole("textbox", { name: t("records.solo.project.fields.name") }));
  await keyboard.type("New website");
  await keyboard.press("Enter");
  await page.getByRole("region", { name: "New website" }).waitFor();

  async function command(text) {
    await keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("textbox").waitFor();
    await keyboard.type(text);
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await command(t("actions.startProject"));
  await page.getByText(t("errors.project.needs_customer")).waitFor();
  await page.locator('[data-field="customer"]').focus();
  await keyboard.press("Enter");
  await keyboard.type("Harbour");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await page.locator('[data-field="customer"]').getByText("Harbour Works").waitFor();
  await command(t("actions.startProject"));
  await pill(page, "active").waitFor();

  await addTasks(page, "Design", "Build");
  await keyboard.press("Escape");
  await command(t("actions.completeProject"));
  await page.getByText(t("errors.project.open_tasks", { count: 2 })).waitFor();
  for (const title of ["Design", "Build"]) {
    await page.getByRole("checkbox", { name: t("tasks.done", { title }) }).focus();
    await keyboard.press("Space");
  }
  await command(t("actions.completeProject"));
  await pill(page, "completed").waitFor();
  await page.reload();
  await pill(page, "completed").waitFor();
});

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

story(import.meta, "Projects are planned without a network, and nothing is lost", async (world) => {
  world.expectInConsole(/ERR_INTERNET_DISCONNECTED|Connection closed|closed before/u);
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
  await page.context().setOffline(false);
  await connection(page, "live").waitFor();
  await tomas.page.goto(`/w/${tomas.workspace}/projects`);
  await tomas.page.getByRole("link", { name: /^New website/u }).click();
  await tasksOf(tomas.page).filter({ hasText: "Design" }).waitFor();
  assert.deepEqual(await titles(tomas.page), ["Design"]);
});
