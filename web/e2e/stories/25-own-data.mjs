import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { keptOf, nothingKept } from "../support/kept.mjs";
import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { mailTo } from "../support/mail.mjs";
import { call, colleague, connection, fill, founder, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { albanian, arabic, english, german } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

const t = english;
const button = (page, name) => page.getByRole("button", { name, exact: true });
const begin = (page) => button(page, t("account.deletion.begin"));

/** By the menu, so that there is a place to come back to. */
async function openData({ page, name }) {
  await button(page, t("navigation.userMenu", { name })).click();
  await page.getByRole("menuitem", { name: t("actions.openAccount") }).click();
  await page.getByRole("link", { name: t("account.data.title"), exact: true }).click();
  await page.getByRole("heading", { name: t("account.deletion.title") }).waitFor();
}

async function deleteAccount(person) {
  const { page, email } = person;
  await openData(person);
  await begin(page).click();
  await page.getByLabel(t("account.deletion.type", { email })).fill(email);
  await button(page, t("account.deletion.confirm")).click();
  await page.getByRole("heading", { name: t("leaving.title") }).waitFor();
}

async function signIn(page, email) {
  await page.goto("/sign-in");
  await fill(page, { [t("identity.email")]: email, [t("identity.password")]: password });
  await button(page, t("identity.signIn")).click();
}

/** Looks at a page in the other languages, and leaves it in the one that it was in. */
async function inOtherLanguages(page, name, heading, faults, address = page.url()) {
  for (const [language, words] of Object.entries({ ar: arabic, de: german, sq: albanian, en: english })) {
    await page.evaluate((chosen) => localStorage.setItem("holdfast.language", chosen), language);
    // To an address that differs behind its # alone a browser only scrolls.
    await page.goto("about:blank");
    await page.goto(address);
    await page
      .getByRole("heading", { name: words(heading) })
      .first()
      .waitFor();
    if (language === "en") return;
    for (const each of narrowAndWide) await look(page, `${name}-${language}`, each, faults);
  }
}

story(import.meta, "Somebody has his data put together, and takes it with him", async (world) => {
  const mira = await founder(world);
  const { page } = mira;
  await enterCustomers(mira, [{ name: "Mill on the Hill" }]);
  const faults = new Faults();
  await openData(mira);
  for (const each of everyLook) await look(page, "data", each, faults);
  await button(page, t("account.data.ask")).click();
  const rows = page.getByRole("list", { name: t("account.data.export") });
  const fetchIt = rows.getByRole("button", { name: t("account.data.download") });
  await fetchIt.waitFor();
  for (const each of everyLook) await look(page, "data-done", each, faults);
  const [download] = await Promise.all([page.waitForEvent("download"), fetchIt.click()]);
  assert.match(download.suggestedFilename(), /^holdfast-\d{4}-\d\d-\d\d\.zip$/u);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  assert.ok(bytes.includes("profile.json"), "The file has no profile.");

  // The way back leads to where one came from, whatever part was looked at.
  await page.getByRole("link", { name: t("common.back"), exact: true }).click();
  await page.waitForURL(`**/w/${mira.workspace}/customers`);
  await inOtherLanguages(page, "data", "account.deletion.title", faults, "/account/data");
  faults.assertNone();
});

story(
  import.meta,
  "The only owner of others is refused with the way out, and goes when it is taken",
  async (world) => {
    const mira = await founder(world);
    const tomas = await colleague(world, mira);
    const { page } = mira;
    const faults = new Faults();
    await openData(mira);
    await page.getByText(t("account.deletion.blockedBy", { name: "Nordlicht Studio" })).waitFor();
    assert.equal(await begin(page).isDisabled(), true);
    for (const each of everyLook) await look(page, "deletion-blocked", each, faults);
    await page.getByRole("link", { name: t("account.deletion.handOver") }).click();
    await page.waitForURL(`**/w/${mira.workspace}/people`);
    await connection(page, "live").waitFor();
    await page.getByRole("combobox", { name: t("people.roleOf", { name: tomas.name }) }).click();
    await page.getByRole("option", { name: new RegExp(`^${t("roles.owner.name")}`, "u") }).click();
    await openData(mira);
    await begin(page).click();
    await page.getByRole("dialog", { name: t("account.deletion.title") }).waitFor();
    for (const each of everyLook) await look(page, "deletion-dialog", each, faults);
    await page.getByLabel(t("account.deletion.type", { email: mira.email })).fill("me@example.com");
    world.expectInConsole(/status of 422 .*\/api\/me\/deletion/u);
    await button(page, t("account.deletion.confirm")).click();
    await page.getByText(t("errors.deletion.wrong_address")).waitFor();
    faults.assertNone();
  },
);

story(import.meta, "Whoever has his account deleted reads so at the sign-in, and keeps it", async (world) => {
  world.expectInConsole(
    /status of 409 .*\/api\/sign-in/u,
    /status of 404 .*\/api\/keep\/look/u,
    /closed|WebSocket/u,
  );
  const mira = await founder(world);
  const { page, email, name } = mira;
  const faults = new Faults();
  await deleteAccount(mira);
  for (const each of everyLook) await look(page, "leaving", each, faults);
  assert.deepEqual(await keptOf(page), nothingKept);
  await inOtherLanguages(page, "leaving", "leaving.title", faults);
  const { link } = await mailTo(world.product, email);

  await signIn(page, email);
  await page.getByRole("heading", { name: t("keep.title") }).waitFor();
  for (const each of everyLook) await look(page, "keep", each, faults);
  // The page forgets what stood behind the #, so each language comes by the link.
  await inOtherLanguages(page, "keep", "keep.title", faults, link);
  await page.goto(`/w/${mira.workspace}/customers`);
  await page.waitForURL("**/sign-in**");
  await signIn(page, email);
  await button(page, t("keep.keep")).click();
  await page.getByRole("heading", { name: t("keep.doneTitle") }).waitFor();
  await page.getByRole("link", { name: t("identity.signIn"), exact: true }).click();
  await fill(page, { [t("identity.email")]: email, [t("identity.password")]: password });
  await button(page, t("identity.signIn")).click();
  await page.getByRole("heading", { name: t("home.hello", { name }) }).waitFor();

  const later = await world.newcomer();
  await later.goto(link);
  await later.getByText(t("keep.again")).waitFor();
  faults.assertNone();
});

story(import.meta, "When somebody is gone, others work on and read of a former member", async (world) => {
  world.expectInConsole(/status of 401 /u, /closed|WebSocket/u);
  const mira = await founder(world);
  const tomas = await colleague(world, mira);
  await enterCustomers({ ...tomas, workspace: mira.workspace }, [{ name: "Mill on the Hill" }]);
  await mira.page.goto(`/w/${mira.workspace}/people`);
  const people = mira.page.getByRole("list", { name: t("people.title") });
  await people.getByText(tomas.name).waitFor();
  await deleteAccount(tomas);
  assert.equal(await people.getByText(tomas.name).count(), 1);
  const said = world.product.command("user", "delete", tomas.email, "--now");
  assert.match(said, /is gone/u);
  // Live, without a reload.
  await people.getByText(tomas.name).waitFor({ state: "detached" });
  const [customer] = (await call(mira.page, "GET", `/api/workspaces/${mira.workspace}/records/solo.customer`))
    .records;
  await mira.page.goto(`/w/${mira.workspace}/customers/${customer.id}`);
  await mira.page.getByRole("tab", { name: t("history.title") }).click();
  await mira.page.getByText(t("people.former")).first().waitFor();
  const faults = new Faults();
  for (const each of narrowAndWide) await look(mira.page, "former-member", each, faults);
  await signIn(tomas.page, tomas.email);
  await tomas.page.getByText(t("errors.sign_in.refused")).waitFor();
  faults.assertNone();
});
