import assert from "node:assert/strict";
import { row } from "../support/customers.mjs";
import { showsFocus } from "../support/focus.mjs";
import { complains } from "../support/forms.mjs";
import { putTourAway, widget } from "../support/home.mjs";
import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { call, colleague, connection, fill, founder, openHome, password } from "../support/people.mjs";
import { shellKept } from "../support/shell.mjs";
import { story } from "../support/story.mjs";
import { arabic, t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";
import { away } from "../support/world.mjs";

const people = (page) => page.getByRole("list", { name: t("people.title") });
const personRow = (page, name) => people(page).getByRole("listitem").filter({ hasText: name });
const menuOf = (page, name) => page.getByRole("button", { name: t("people.moreAbout", { name }) });
const switcher = (page, name) =>
  page.getByRole("button", { name: t("navigation.workspace", { name }) }).filter({ visible: true });

async function openPeople({ page, workspace }) {
  await page.goto(`/w/${workspace}/people`);
  await connection(page, "live").waitFor();
}

/** Makes a link on the screen, for one address where one is given. */
async function invite(page, { email, role = "member" } = {}) {
  await page.getByRole("button", { name: t("actions.inviteColleague") }).click();
  const dialog = page.getByRole("dialog", { name: t("invites.title") });
  if (email !== undefined) await dialog.getByRole("textbox", { name: t("invites.email") }).fill(email);
  await dialog.getByRole("radio", { name: t(`roles.${role}.name`), exact: true }).check();
  await dialog.getByRole("button", { name: t("invites.create") }).click();
  const link = await dialog.getByRole("textbox", { name: t("invites.link") }).inputValue();
  await dialog.getByRole("button", { name: t("common.done") }).click();
  return link;
}

story(
  import.meta,
  "An invite for one address lets in who has it, whoever else opens the link",
  async (world) => {
    const mira = await founder(world);
    const eve = await founder(world, { name: "Eve Brandt", workspace: "Elsewhere" });
    const faults = new Faults();
    await openPeople(mira);
    const address = "tomas.okafor@nordlicht.example";
    await mira.page.getByRole("button", { name: t("actions.inviteColleague") }).click();
    const dialog = mira.page.getByRole("dialog", { name: t("invites.title") });
    await dialog.getByRole("textbox", { name: t("invites.email") }).fill("tomas at nordlicht");
    await dialog.getByRole("button", { name: t("invites.create") }).click();
    await dialog.getByText(t("errors.field.malformed")).waitFor();
    for (const each of everyLook) await look(mira.page, "invite-refused", each, faults);
    await mira.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    const link = await invite(mira.page, { email: address, role: "viewer" });
    const open = mira.page.getByRole("list", { name: t("invites.open") });
    await open.getByText(address).waitFor();
    for (const each of everyLook) await look(mira.page, "people-invited", each, faults);

    world.expectInConsole(/status of 403 .*\/api\/(invites\/accept|sign-up)$/u);
    await eve.page.goto(link);
    await eve.page.getByText(t("join.onlyAddress")).waitFor();
    assert.ok(!(await eve.page.locator("body").innerText()).includes(address));
    await eve.page.getByRole("button", { name: t("join.joinAs", { name: eve.name }) }).click();
    await eve.page.getByRole("alert").getByText(t("errors.invite.other_address")).waitFor();
    for (const each of narrowAndWide) await look(eve.page, "join-other-address", each, faults);

    const page = await world.newcomer();
    await page.goto(link);
    const email = page.getByRole("textbox", { name: t("identity.email"), exact: true });
    await email.waitFor();
    assert.equal(await email.inputValue(), "");
    await fill(page, {
      [t("identity.name")]: "Tomás Okafor",
      [t("identity.email")]: `not.${address}`,
      [t("identity.password")]: password,
    });
    await page.getByRole("button", { name: t("identity.signUpAndJoin") }).click();
    await complains(page, t("identity.email"), t("errors.invite.other_address"));
    await fill(page, { [t("identity.email")]: address });
    for (const each of narrowAndWide) await look(page, "join-address", each, faults);
    await page.getByRole("button", { name: t("identity.signUpAndJoin") }).click();
    await connection(page, "live").waitFor();
    await personRow(mira.page, "Tomás Okafor").waitFor();
    await open.waitFor({ state: "detached" });
    faults.assertNone();
  },
);

story(import.meta, "Who is invited from the home waits there at once", async (world) => {
  const mira = await founder(world);
  const { page } = mira;
  await openHome(mira);
  await putTourAway(page);
  await page.keyboard.press("i");
  const dialog = page.getByRole("dialog", { name: t("invites.title") });
  await dialog.getByRole("textbox", { name: t("invites.email") }).fill("eve@example.com");
  await dialog.getByRole("button", { name: t("invites.create") }).click();
  await dialog.getByRole("button", { name: t("common.done") }).click();
  await widget(page, "home.needs").getByText("eve@example.com").waitFor();
});

story(
  import.meta,
  "Ownership is handed over as one, the last owner stays, and who leaves loses access at once",
  async (world) => {
    // The members arrive before the rights that go with them, and the invites are asked for once more.
    world.expectInConsole(/status of 403 .*\/invites$/u);
    const mira = await founder(world);
    const tomas = await colleague(world, mira);
    const faults = new Faults();
    await openPeople(mira);
    await openPeople(tomas);

    const leave = mira.page.getByRole("dialog");
    await menuOf(mira.page, mira.name).click();
    await mira.page.getByRole("menuitem", { name: t("actions.leaveWorkspace") }).click();
    await leave.getByText(t("leave.lastOwner")).waitFor();
    for (const each of narrowAndWide) await look(mira.page, "leave-last-owner", each, faults);
    assert.equal(await leave.getByRole("button", { name: t("leave.confirm"), exact: true }).count(), 0);
    await mira.page.keyboard.press("Escape");
    await leave.waitFor({ state: "detached" });

    await menuOf(mira.page, tomas.name).click();
    for (const each of narrowAndWide) await look(mira.page, "member-menu", each, faults);
    await mira.page.getByRole("menuitem", { name: t("handOver.open") }).click();
    const handing = mira.page.getByRole("dialog", { name: t("handOver.title", { name: tomas.name }) });
    await handing.getByRole("radio", { name: t("roles.member.name"), exact: true }).check();
    for (const each of everyLook) await look(mira.page, "hand-over", each, faults);
    await handing.getByRole("button", { name: t("handOver.confirm"), exact: true }).click();
    await tomas.page.getByRole("combobox", { name: t("people.roleOf", { name: mira.name }) }).waitFor();
    await personRow(mira.page, tomas.name).getByText(t("roles.owner.name"), { exact: true }).waitFor();
    await personRow(mira.page, mira.name).getByText(t("roles.member.name"), { exact: true }).waitFor();
    const button = mira.page.getByRole("button", { name: t("actions.inviteColleague") });
    await button.waitFor({ state: "detached" });

    await mira.page.keyboard.press("Control+k");
    await mira.page.getByRole("dialog").getByRole("textbox").waitFor();
    await mira.page.keyboard.type("leave");
    await mira.page.getByRole("dialog").getByText(t("actions.leaveWorkspace")).waitFor();
    await mira.page.keyboard.press("ArrowDown");
    await mira.page.keyboard.press("Enter");
    const sure = mira.page.getByRole("dialog", { name: t("leave.title", { name: "Nordlicht Studio" }) });
    await sure.waitFor();
    for (const each of everyLook) await look(mira.page, "leave", each, faults);
    await sure.getByRole("button", { name: t("leave.confirm"), exact: true }).click();
    await mira.page.waitForURL(/new-workspace/u);
    await mira.page.getByText(t("leave.done", { name: "Nordlicht Studio" })).waitFor();
    await personRow(tomas.page, mira.name).waitFor({ state: "detached" });
    await mira.page.goto(`/w/${mira.workspace}/customers`);
    await mira.page.getByText(t("workspaces.removedTitle")).waitFor();
    assert.equal(await row(mira.page, "Harbour Works").count(), 0);
    faults.assertNone();
  },
);

story(
  import.meta,
  "One person is in two workspaces, and goes from one to the other by mouse, by keys and by name",
  async (world) => {
    const mira = await founder(world);
    const tomas = await founder(world, { name: "Tomás Okafor", workspace: "Okafor Legal" });
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const link = await call(mira.page, "POST", `/api/workspaces/${mira.workspace}/invites`, {
      role: "viewer",
    });
    const { page } = tomas;
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(link.link);
    await elsewhere.getByRole("button", { name: t("join.joinAs", { name: tomas.name }) }).click();
    await connection(elsewhere, "live").waitFor();
    await elsewhere.close();

    // This tab was opened before, and hears of it when it is asked.
    const faults = new Faults();
    await switcher(page, "Okafor Legal").click();
    const menu = page.getByRole("menu");
    await menu.getByRole("menuitemradio", { name: /Nordlicht Studio/u }).waitFor();
    await menu.getByText(t("roles.viewer.name")).waitFor();
    for (const each of everyLook.toReversed()) {
      if (each.size.width > 1000) await look(page, "switcher", each, faults);
    }
    await menu.getByRole("menuitemradio", { name: /Nordlicht Studio/u }).click();
    await switcher(page, "Nordlicht Studio").waitFor();
    await page.goto(`/w/${mira.workspace}/customers`);
    await row(page, "Harbour Works").waitFor();
    assert.equal(
      await page.getByRole("button", { name: t("actions.newCustomer") }).count(),
      0,
      "A viewer makes none.",
    );

    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await menu.waitFor();
    const wanted = menu.getByRole("menuitemradio", { name: /Okafor Legal/u });
    for (let presses = 0; presses < 4; presses += 1) {
      if (await wanted.evaluate((item) => item === document.activeElement)) break;
      await page.keyboard.press("ArrowDown");
    }
    await showsFocus(page, wanted);
    await page.keyboard.press("Enter");
    await switcher(page, "Okafor Legal").waitFor();

    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("textbox").waitFor();
    await page.keyboard.type("nordl");
    await page.getByRole("dialog").getByText("Nordlicht Studio").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await switcher(page, "Nordlicht Studio").waitFor();
    faults.assertNone();
  },
);

story(
  import.meta,
  "Making somebody an admin takes the password where it was not given lately",
  async (world) => {
    world.expectInConsole(/status of 401 .*\/api\/session\/proof$/u);
    const mira = await founder(world);
    const tomas = await colleague(world, mira);
    await openPeople(mira);
    await openPeople(tomas);
    const role = mira.page.getByRole("combobox", { name: t("people.roleOf", { name: tomas.name }) });
    const makeAdmin = async () => {
      await role.click();
      await mira.page.getByRole("option", { name: t("roles.admin.name") }).click();
    };

    // What the server says after five minutes, which no story waits for.
    await mira.page.route("**/api/session/proof", (route) =>
      route.request().method() === "GET"
        ? route.fulfill({
            status: 401,
            contentType: "application/problem+json",
            body: '{"code":"auth.proof_required","detail":"Prove it."}',
          })
        : route.continue(),
    );
    await makeAdmin();
    const proof = mira.page.getByRole("dialog", { name: t("proof.title") });
    await proof.getByRole("textbox", { name: t("identity.password") }).waitFor();
    await mira.page.keyboard.press("Escape");
    await proof.waitFor({ state: "detached" });
    assert.equal(await role.inputValue(), t("roles.member.name"));

    await makeAdmin();
    await proof.getByRole("textbox", { name: t("identity.password") }).fill(password);
    await mira.page.unroute("**/api/session/proof");
    await mira.page.keyboard.press("Enter");
    await proof.waitFor({ state: "detached" });
    await tomas.page.getByRole("combobox", { name: t("people.roleOf", { name: tomas.name }) }).waitFor();
  },
);

story(
  import.meta,
  "Without a network the page says what waits and what does not work, and the role arrives later",
  async (world) => {
    world.expectInConsole(away);
    const mira = await founder(world);
    const tomas = await colleague(world, mira);
    await openPeople(mira);
    await openPeople(tomas);
    const faults = new Faults();
    await mira.page.context().setOffline(true);
    await mira.page.getByText(t("people.offline")).waitFor();
    assert.equal(await mira.page.getByRole("button", { name: t("actions.inviteColleague") }).count(), 0);
    // No key opens what could not be sent: the next one would not be heard.
    for (const key of ["i", "?"]) await mira.page.keyboard.press(key);
    const help = mira.page.getByRole("dialog", { name: t("shortcuts.title") });
    await help.getByText(t("actions.palette")).waitFor();
    assert.equal(await help.getByText(t("actions.inviteColleague")).count(), 0);
    await mira.page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    const role = mira.page.getByRole("combobox", { name: t("people.roleOf", { name: tomas.name }) });
    await role.click();
    await mira.page.getByRole("option", { name: t("roles.admin.name") }).click();
    await personRow(mira.page, tomas.name).getByText(t("errors.network.unreachable")).waitFor();
    for (const each of narrowAndWide) await look(mira.page, "people-offline-admin", each, faults);
    await role.click();
    await mira.page.getByRole("option", { name: t("roles.viewer.name") }).click();
    await mira.page.getByRole("link", { name: t("customers.title"), exact: true }).click();
    await mira.page.getByRole("link", { name: t("people.title"), exact: true }).click();
    const invites = mira.page.getByRole("region", { name: t("invites.open") });
    await invites.getByText(t("record.needsConnection")).waitFor();
    for (const each of narrowAndWide) await look(mira.page, "people-offline", each, faults);
    await mira.page.context().setOffline(false);
    await personRow(tomas.page, tomas.name).getByText(t("roles.viewer.name"), { exact: true }).waitFor();
    faults.assertNone();
  },
);

story(
  import.meta,
  "What nothing works of without a network says so in its frame, and leads back to what does",
  async (world) => {
    world.expectInConsole(away, /network\.unreachable/u);
    const mira = await founder(world);
    const { page } = mira;
    await shellKept(page);
    await page.context().setOffline(true);
    await connection(page, "offline").waitFor();
    await page.goto("/account");
    await page.getByRole("heading", { name: t("errorPage.unreachable") }).waitFor();
    const faults = new Faults();
    for (const each of everyLook) await look(page, "account-offline", each, faults);
    await page
      .getByRole("main")
      .getByRole("link", { name: t("operator.back") })
      .click();
    await page.waitForURL(`**/w/${mira.workspace}`);
    await connection(page, "offline").waitFor();
    faults.assertNone();
  },
);

story(
  import.meta,
  "Who joins stands in what happened while one looks, as somebody who joined",
  async (world) => {
    const mira = await founder(world);
    await openPeople(mira);
    const happened = mira.page.getByRole("list", { name: t("people.events") }).getByRole("listitem");
    await happened.first().waitFor();
    const tomas = await colleague(world, mira);
    const joined = happened.filter({ hasText: tomas.name });
    await joined.getByText(t("events.joined")).waitFor();
    await joined.getByText(t("events.as", { to: t("roles.member.name") })).waitFor();
    const founded = happened.filter({ hasText: mira.name }).last();
    assert.doesNotMatch(await founded.innerText(), new RegExp(t("events.roleChanged"), "u"));
  },
);

story(
  import.meta,
  "Whoever is removed sees it at once, and holds nothing of the workspace any more",
  async (world) => {
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const tomas = await colleague(world, mira);
    await row(tomas.page, "Harbour Works").waitFor();
    await openPeople(mira);
    await menuOf(mira.page, tomas.name).click();
    await mira.page.getByRole("menuitem", { name: t("people.remove") }).click();
    const dialog = mira.page.getByRole("dialog", { name: t("people.removeTitle", { name: tomas.name }) });
    await dialog.getByRole("button", { name: t("people.remove"), exact: true }).click();
    await personRow(mira.page, tomas.name).waitFor({ state: "detached" });
    await tomas.page.getByText(t("workspaces.removedTitle")).waitFor();
    assert.equal(await tomas.page.getByText("Harbour Works").count(), 0);
    // Nor does the server tell them anything.
    world.expectInConsole(/status of 404 .*\/records\/solo\.customer/u);
    const answer = await tomas.page.evaluate(
      async (path) => (await fetch(path)).status,
      `/api/workspaces/${mira.workspace}/records/solo.customer`,
    );
    assert.equal(answer, 404);
  },
);

story(import.meta, "The people of a workspace stand from right to left in Arabic", async (world) => {
  const mira = await founder(world);
  await colleague(world, mira);
  await call(mira.page, "POST", `/api/workspaces/${mira.workspace}/invites`, { role: "viewer" });
  await mira.page.context().addInitScript(() => localStorage.setItem("holdfast.language", "ar"));
  await openPeople(mira);
  const faults = new Faults();
  await mira.page.getByRole("list", { name: arabic("invites.open") }).waitFor();
  for (const each of narrowAndWide) await look(mira.page, "people-ar", each, faults);
  await mira.page.getByRole("button", { name: arabic("people.moreAbout", { name: "Tomás Okafor" }) }).click();
  await mira.page.getByRole("menuitem", { name: arabic("handOver.open") }).click();
  await mira.page.getByRole("dialog").getByRole("radio").first().waitFor();
  for (const each of narrowAndWide) await look(mira.page, "hand-over-ar", each, faults);
  faults.assertNone();
});
