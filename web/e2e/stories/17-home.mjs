import assert from "node:assert/strict";
import { cast } from "../support/cast.mjs";
import { edit, openCustomer, value } from "../support/customers.mjs";
import { showsFocus } from "../support/focus.mjs";
import { arrange, column, handle, homeScreens, putTourAway, widget } from "../support/home.mjs";
import { everyLook, Faults, highContrast, look, narrowAndWide } from "../support/looks.mjs";
import { call, colleague, connection, elsewhere, founder, inviteLink, openHome } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { arabic, english, german, t } from "../support/texts.mjs";
import { until } from "../support/until.mjs";
import { enterCustomers, enterRecords, overSocket } from "../support/wire.mjs";
import { away } from "../support/world.mjs";

const hello = ({ page, name }) => page.getByRole("heading", { name: t("home.hello", { name }) });
const button = (page, name) => page.getByRole("button", { name, exact: true });

story(
  import.meta,
  "A home is arranged by the keyboard and by the mouse, and every device shows it so",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    await openHome(mira);
    await putTourAway(page);
    await column(page, "main", "home.needs", "home.news", "solo.projects");
    for (const key of ["n", "c"]) await page.keyboard.press(key);
    const dialog = page.getByRole("dialog", { name: t("customers.new.title") });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    await handle(page, "home.news").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await column(page, "main", "home.news", "home.needs", "solo.projects");
    await showsFocus(page, handle(page, "home.news"));
    await page.keyboard.press("Alt+ArrowRight");
    await column(page, "side", "home.news", "home.actions", "solo.budgets", "solo.lifecycle");
    await showsFocus(page, handle(page, "home.news"));

    await button(page, t("home.hide", { title: t("home.projects.title") })).focus();
    await page.keyboard.press("Enter");
    await widget(page, "home.projects").waitFor({ state: "detached" });
    await showsFocus(page, button(page, t("home.widgets")));
    await button(page, t("actions.undo")).press("Enter");
    await widget(page, "home.projects").waitFor();
    await button(page, t("home.hide", { title: t("home.projects.title") })).press("Enter");
    await widget(page, "home.projects").waitFor({ state: "detached" });

    const tablet = await elsewhere(world, mira);
    await column(tablet.page, "main", "home.needs");
    await column(tablet.page, "side", "home.news", "home.actions", "solo.budgets", "solo.lifecycle");
    await button(tablet.page, t("home.widgets")).focus();
    await tablet.page.keyboard.press("Enter");
    const shown = tablet.page.getByRole("menuitemcheckbox", { name: t("home.projects.title") });
    await shown.focus();
    await tablet.page.keyboard.press("Enter");
    await column(page, "main", "home.needs", "solo.projects");

    await arrange(page, "home.actions", "home.needs");
    await column(tablet.page, "main", "home.actions", "home.needs", "solo.projects");
    await button(page, t("home.widgets")).click();
    await page.getByRole("menuitem", { name: t("home.reset") }).click();
    await column(tablet.page, "main", "home.needs", "home.news", "solo.projects");
  },
);

story(
  import.meta,
  "A home is arranged without a network, and the other device sees it later",
  async (world) => {
    world.expectInConsole(away);
    const mira = await founder(world);
    const { page } = mira;
    await openHome(mira);
    await putTourAway(page);
    const tablet = await elsewhere(world, mira);
    await page.context().setOffline(true);
    await connection(page, "offline").waitFor();
    await button(page, t("home.hide", { title: t("home.news.title") })).click();
    await widget(page, "home.news").waitFor({ state: "detached" });
    assert.ok(await button(page, t("actions.fillSample")).isDisabled());
    await page.getByText(t("record.needsConnection")).first().waitFor();
    await page.context().setOffline(false);
    await column(tablet.page, "main", "home.needs", "solo.projects");
  },
);

story(
  import.meta,
  "A sample fills an empty workspace and leaves as cleanly, and says before what goes and what stays",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
    await button(page, t("actions.fillSample")).waitFor();
    for (const key of ["g", "h"]) await page.keyboard.press(key);
    await page.getByRole("heading", { name: t("firstSteps.title") }).waitFor();
    await button(page, t("actions.fillSample")).click();
    const notice = page.getByRole("region", { name: t("sample.title") });
    await notice.waitFor();
    await page.getByRole("heading", { name: t("firstSteps.title") }).waitFor({ state: "detached" });
    await widget(page, "home.needs")
      .getByRole("link", { name: /^Show three drafts/u })
      .waitFor();
    await widget(page, "home.projects")
      .getByRole("link", { name: /^Care of the website/u })
      .waitFor();

    const lifecycle = widget(page, "home.lifecycle");
    const active = lifecycle.getByRole("row", {
      name: new RegExp(`^${t("records.solo.customer.status.active")}`, "u"),
    });
    await active.getByRole("cell", { name: "2", exact: true }).waitFor();

    const path = `/api/workspaces/${mira.workspace}/records/solo.customer`;
    const { records } = await call(page, "GET", `${path}?limit=50`);
    const idOf = (name) => records.find(({ values }) => values.name === name).id;
    const brewery = { type: "solo.customer", id: idOf("Three Bridges Brewery") };
    await enterRecords(mira, [
      { type: "solo.project", values: { name: "My own", customer: idOf("Museum of Small Machines") } },
    ]);
    const change = [{ op: "set", ...brewery, field: "phone", value: "+49 30 1" }];
    await overSocket(page, mira.workspace, { transactions: [change] });

    await notice.getByRole("button", { name: t("sample.removeIt") }).press("Enter");
    const question = page.getByRole("dialog", { name: t("sample.removeTitle") });
    await question.getByRole("listitem").filter({ hasText: "Three Bridges Brewery" }).waitFor();
    await question.getByRole("listitem").filter({ hasText: "Museum of Small Machines" }).waitFor();
    await showsFocus(page, question.getByRole("button", { name: t("common.cancel") }));
    const confirm = question.getByRole("button", { name: t("sample.confirm"), exact: true });
    world.expectInConsole(/status of 503/u);
    const problem = { status: 503, code: "server.busy", title: "Busy", detail: "Try again." };
    await page.route("**/sample", (route) => route.fulfill({ status: 503, json: problem }));
    await confirm.click();
    await question.getByRole("alert").waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    await page.unroute("**/sample");
    await notice.getByRole("button", { name: t("sample.removeIt") }).press("Enter");
    await question.getByRole("listitem").filter({ hasText: "Three Bridges Brewery" }).waitFor();
    assert.equal(
      await question.getByRole("alert").count(),
      0,
      "What was refused before says nothing of now.",
    );

    let asked = 0;
    let goOn;
    const held = new Promise((resolve) => {
      goOn = resolve;
    });
    await page.route("**/sample", async (route) => {
      asked += 1;
      await held;
      await route.continue();
    });
    await confirm.press("Enter");
    await question.locator("button[data-loading]").waitFor();
    for (const key of ["Escape", "Enter"]) await page.keyboard.press(key);
    assert.ok(await question.isVisible(), "What is under way is not called off.");
    goOn();
    await question.waitFor({ state: "detached" });
    await notice.waitFor({ state: "detached" });
    await page.getByText(t("sample.left_one", { count: 1 })).waitFor();
    const left = async () =>
      (await call(page, "GET", `${path}?limit=50`)).records.map(({ values }) => values.name);
    assert.deepEqual(await left(), ["Museum of Small Machines"]);
    assert.equal(asked, 1);

    await button(page, t("actions.undo")).click();
    await notice.waitFor();
    assert.equal((await left()).length, 6);
    await notice.getByRole("button", { name: t("sample.removeIt") }).click();
    await question.getByRole("button", { name: t("sample.keep") }).click();
    await notice.waitFor({ state: "detached" });
    await lifecycle.getByRole("row").first().waitFor();
    assert.equal((await left()).length, 6);
  },
);

story(
  import.meta,
  "The tour begins by itself, waits where it was left, and begins anew from the help",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    await openHome(mira);
    const card = (at) => at.getByRole("region", { name: t("tour.title") });
    const step = (at, id) => card(at).getByRole("heading", { name: t(`tour.${id}.title`) });
    await step(page, "home").waitFor();
    await card(page)
      .getByRole("button", { name: t("tour.next") })
      .focus();
    await page.keyboard.press("Enter");
    await step(page, "customers").waitFor();
    await page.keyboard.press("Enter");
    await step(page, "projects").waitFor();
    assert.equal(
      await page.locator('[data-toured][data-tour="projects"]').filter({ visible: true }).count(),
      1,
    );
    // What lies behind it works as before.
    await page.getByRole("link", { name: t("projects.title"), exact: true }).click();
    await page.getByRole("heading", { name: t("projects.empty.title") }).waitFor();
    await step(page, "projects").waitFor();
    await card(page)
      .getByRole("button", { name: t("tour.back") })
      .focus();
    await page.keyboard.press("Escape");
    await card(page).waitFor({ state: "detached" });

    const tablet = await elsewhere(world, mira);
    assert.equal(await card(tablet.page).count(), 0);
    await tablet.page.setViewportSize({ width: 375, height: 812 });
    await tablet.page
      .getByRole("button", { name: t("navigation.userMenu", { name: mira.name }) })
      .press("Enter");
    await tablet.page.getByRole("menuitem", { name: t("actions.tour") }).press("Enter");
    await step(tablet.page, "projects").waitFor();
    const next = card(tablet.page).getByRole("button", { name: t("tour.next") });
    await showsFocus(tablet.page, next);
    for (const id of ["find", "people", "offline"]) {
      await tablet.page.keyboard.press("Enter");
      await step(tablet.page, id).waitFor();
    }
    await card(tablet.page)
      .getByRole("button", { name: t("common.done") })
      .click();
    await card(tablet.page).waitFor({ state: "detached" });

    // The tour is the person's: another workspace does not begin with it again.
    const second = await call(page, "POST", "/api/workspaces", { name: "Second" });
    await tablet.page.goto(`/w/${second.id}`);
    await connection(tablet.page, "live").waitFor();
    await tablet.page.getByRole("heading", { name: t("firstSteps.title") }).waitFor();
    assert.equal(await card(tablet.page).count(), 0);

    await page.keyboard.press("?");
    await page
      .getByRole("dialog", { name: t("shortcuts.title") })
      .getByRole("button", { name: t("actions.tour") })
      .click();
    await step(page, "home").waitFor();
  },
);

story(import.meta, "What I and another wrote at once waits on my home for my decision", async (world) => {
  world.expectInConsole(away);
  const mira = await founder(world);
  const [id] = await enterCustomers(mira, [{ name: "Harbour Works", phone: "+46 8 1" }]);
  const tomas = await colleague(world, mira);
  const { page } = mira;
  for (const person of [mira, tomas]) await openCustomer(person.page, "Harbour Works");
  await page.context().setOffline(true);
  await connection(page, "offline").waitFor();
  await edit(page, "phone", "+46 8 2");
  await value(page, "phone", "+46 8 2").waitFor();
  await page.getByRole("link", { name: t("home.title"), exact: true }).click();
  await edit(tomas.page, "phone", "+46 8 3");
  const path = `/api/workspaces/${mira.workspace}/records/solo.customer/${id}`;
  await until(
    tomas.page,
    async (path) => (await (await fetch(path)).json()).values.phone === "+46 8 3",
    path,
  );
  await page.context().setOffline(false);
  const line = widget(page, "home.needs").getByRole("link", { name: /^Harbour Works/u });
  await line.getByText(t("home.needs.conflict")).waitFor();
  await line.click();
  await page.getByRole("region", { name: "Harbour Works" }).getByRole("alert").waitFor();
});

story(
  import.meta,
  "What others did while I was away stands on my home, until I have seen it",
  async (world) => {
    const mira = await founder(world);
    const names = ["Harbour Works", "Café Marea", "Lund Optik", "Paper & Co"];
    const [harbour, marea, lund, paper] = await enterCustomers(
      mira,
      names.map((name) => ({ name })),
    );
    const tomas = await colleague(world, mira);
    await openHome(mira);
    await putTourAway(mira.page);
    await widget(mira.page, "home.news").getByText(t("home.news.empty")).waitFor();
    await mira.page.close();

    const note = { customer: harbour, at: new Date().toISOString(), text: "Wants to go live in spring." };
    await enterRecords(tomas, [{ type: "solo.note", values: note }]);
    await enterCustomers(tomas, [{ name: "Okafor Legal" }]);
    await enterRecords(tomas, [{ type: "solo.project", values: { name: "Relaunch" } }]);
    const set = (field, value) => [{ op: "set", type: "solo.customer", id: paper, field, value }];
    const gone = [{ op: "delete", type: "solo.customer", id: lund }];
    await overSocket(tomas.page, mira.workspace, { transactions: [gone, set("phone", "+46 8 1")] });

    // Two hours later, by the clock of her machine.
    const later = await mira.page.context().newPage();
    await later.addInitScript(() => {
      const { now } = Date;
      Date.now = () => now.call(Date) + 2 * 60 * 60 * 1000;
    });
    await openHome({ ...mira, page: later });
    const news = widget(later, "home.news");
    const line = (name) => news.getByRole("link", { name: new RegExp(`^${name}`, "u") });
    await line("Harbour Works").getByText("Wants to go live in spring.").waitFor();
    await line("Okafor Legal").getByText(t("home.news.new")).waitFor();
    await line("Relaunch").waitFor();
    const deleted = news.getByRole("listitem").filter({ hasText: "Lund Optik" });
    await deleted.getByText(t("home.news.deleted")).waitFor();
    await line("Paper & Co").waitFor();
    // What I write hides nothing of what another wrote before.
    await overSocket(later, mira.workspace, { transactions: [set("email", "office@paper.example")] });
    await line("Paper & Co").click();
    await value(later, "email", "office@paper.example").waitFor();
    await later.goBack();
    await line("Paper & Co").waitFor();
    assert.equal(await line("Café Marea").count(), 0, `${marea} was not touched.`);
    await line("Harbour Works").click();
    await later.getByRole("region", { name: "Harbour Works" }).waitFor();
    await later.goBack();
    await news.getByRole("button", { name: t("home.news.seen") }).click();
    await news.getByText(t("home.news.empty")).waitFor();
    await later.reload();
    await news.getByText(t("home.news.empty")).waitFor();
    await hello({ ...mira, page: later }).waitFor();
  },
);

story(
  import.meta,
  "Who comes back to a tab that stayed open is told at once what others did meanwhile",
  async (world) => {
    const mira = await founder(world);
    const tomas = await colleague(world, mira);
    await inviteLink(mira, "member");
    await openHome(mira);
    const { page } = mira;
    await putTourAway(page);
    // Two hours pass on the clock of her machine while the tab lies behind another; then it stands still.
    await page.clock.setFixedTime(Date.now() + 2 * 60 * 60 * 1000);
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await widget(page, "home.needs")
      .getByText(t("home.needs.invited", { ago: "2 hours ago" }))
      .waitFor();
    await enterCustomers(tomas, [{ name: "Okafor Legal" }]);
    await page.evaluate(() => {
      delete document.visibilityState;
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await widget(page, "home.news")
      .getByRole("link", { name: /^Okafor Legal/u })
      .waitFor();
  },
);

for (const [language, speaks, looks] of [
  ["en", english, everyLook],
  ["de", german, narrowAndWide],
  ["ar", arabic, narrowAndWide],
]) {
  story(import.meta, `The home fits, wide and narrow, in ${language}`, async (world) => {
    const players = { ...(await cast(world)), t: speaks };
    await players.owner.page
      .context()
      .addInitScript((tag) => localStorage.setItem("holdfast.language", tag), language);
    const faults = new Faults();
    for (const { name, open } of homeScreens) {
      await open(players.owner.page, players);
      const shown = language === "en" ? [...looks, ...highContrast] : looks;
      for (const each of shown) await look(players.owner.page, `${name}-${language}`, each, faults);
    }
    faults.assertNone();
  });
}
