import assert from "node:assert/strict";
import { value } from "../support/customers.mjs";
import { showsFocus, tabTo } from "../support/focus.mjs";
import { everyLook, Faults, look } from "../support/looks.mjs";
import { connection, founder, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";

/** As most people sit there, by every rule. */
const wide = everyLook.find(
  ({ size, colorScheme, rules }) => rules && size.width > 1000 && colorScheme === "light",
);

const tasksOf = (page) => page.getByRole("list", { name: t("tasks.title") }).getByRole("listitem");
const pill = (page, state) =>
  page.getByRole("region").getByText(t(`records.solo.project.state.${state}`), { exact: true });

/** Says to the palette what is to be done. */
async function command(page, text) {
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("textbox").waitFor();
  await page.keyboard.type(text);
  await page.getByRole("dialog").getByText(text, { exact: true }).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function go(page, keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** Goes there by Tab alone; everything on the way shows that it has the focus. */
async function walkTo(page, name, most) {
  const unseen = await tabTo(page, name, most);
  // Behind the last of the page comes the browser's own bar, where nothing of the page has the focus.
  assert.deepEqual(
    unseen.filter((passed) => passed !== "nothing"),
    [],
  );
}

story(
  import.meta,
  "From the first page to a completed project without a mouse, and every screen on the way is open to everyone",
  async (world) => {
    const { email, page: elsewhere } = await founder(world);
    await elsewhere.close();
    const page = await world.newcomer();
    const { keyboard } = page;
    const faults = new Faults();
    const passed = (name) => look(page, `run-${name}`, wide, faults);

    await page.goto("/");
    await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
    await walkTo(page, t("landing.signIn"));
    await keyboard.press("Enter");
    await showsFocus(page, page.getByRole("textbox", { name: t("identity.email") }));
    await keyboard.type(email);
    await walkTo(page, t("identity.password"), 1);
    await keyboard.type(password);
    await passed("sign-in");
    await keyboard.press("Enter");
    await connection(page, "live").waitFor();
    await passed("first-page");
    await walkTo(page, t("tour.later"), 80);
    await keyboard.press("Enter");
    await page.getByRole("button", { name: t("tour.later"), exact: true }).waitFor({ state: "detached" });

    await go(page, ["g", "c"]);
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
    await keyboard.press("n");
    const customer = page.getByRole("dialog", { name: t("customers.new.title") });
    await showsFocus(page, customer.getByRole("textbox", { name: t("records.solo.customer.fields.name") }));
    await keyboard.type("Harbour Works");
    await passed("new-customer");
    await keyboard.press("Enter");
    await page.getByRole("region", { name: "Harbour Works" }).waitFor();
    await customer.waitFor({ state: "detached" });
    await walkTo(page, `${t("records.solo.customer.fields.phone")}: ${t("customers.add.phone")}`);
    await keyboard.press("Enter");
    await keyboard.type("+46 8 123 45 67");
    await keyboard.press("Enter");
    await showsFocus(page, value(page, "phone", "+46 8 123 45 67"));
    await passed("customer");

    await go(page, ["g", "j"]);
    await page.getByRole("heading", { name: t("projects.empty.title") }).waitFor();
    await keyboard.press("n");
    const project = page.getByRole("dialog", { name: t("projects.new.title") });
    await showsFocus(page, project.getByRole("textbox", { name: t("records.solo.project.fields.name") }));
    await keyboard.type("New website");
    await passed("new-project");
    await walkTo(page, t("projects.new.create"));
    await keyboard.press("Enter");
    await page.getByRole("region", { name: "New website" }).waitFor();
    await pill(page, "draft").waitFor();

    await keyboard.press("t");
    for (const title of ["Design", "Build"]) {
      await keyboard.type(title);
      await keyboard.press("Enter");
      await tasksOf(page).filter({ hasText: title }).waitFor();
    }
    await passed("project-draft");
    await keyboard.press("Escape");
    await command(page, t("actions.startProject"));
    await page.getByText(t("errors.project.needs_customer")).waitFor();
    await walkTo(page, `${t("records.solo.project.fields.customer")}: ${t("record.add")}`, 80);
    await keyboard.press("Enter");
    await keyboard.type("Harbour");
    await page.getByRole("option", { name: "Harbour Works" }).waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await showsFocus(page, value(page, "customer", "Harbour Works"));
    await passed("project-customer");
    await command(page, t("actions.startProject"));
    await pill(page, "active").waitFor();
    await command(page, t("actions.completeProject"));
    await page.getByText(t("errors.project.open_tasks", { count: 2 })).waitFor();
    await passed("project-obstacle");
    for (const title of ["Design", "Build"]) {
      const box = page.getByRole("checkbox", { name: t("tasks.done", { title }) });
      await walkTo(page, t("tasks.done", { title }), 80);
      await keyboard.press("Space");
      await box.and(page.locator(":checked")).waitFor();
    }
    await command(page, t("actions.completeProject"));
    await pill(page, "completed").waitFor();
    await passed("project-completed");

    await go(page, ["g", "w"]);
    await page.getByRole("menu").waitFor();
    await keyboard.press("Escape");
    await page.reload();
    await pill(page, "completed").waitFor();
    faults.assertNone();
  },
);
