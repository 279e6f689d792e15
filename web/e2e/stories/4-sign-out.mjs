import assert from "node:assert/strict";
import { edit, openCustomer, value } from "../support/customers.mjs";
import { countKept, keptOf, nothingKept } from "../support/kept.mjs";
import { call, colleague, connection, founder, openCustomers, password } from "../support/people.mjs";
import { shellKept } from "../support/shell.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

story(import.meta, "Signing out ends the session in every tab and leaves no data behind", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  await openCustomer(mira.page, "Harbour Works");
  const { page } = mira;
  const context = page.context();
  const otherTab = await context.newPage();
  await openCustomers({ ...mira, page: otherTab });
  await shellKept(page);
  assert.deepEqual(await cookies(context), [
    cookie("__Host-device"),
    cookie("__Host-form"),
    cookie("__Host-sid"),
  ]);

  // A tab in the background draws too rarely to be clicked in.
  await page.bringToFront();
  await page.getByRole("button", { name: t("navigation.userMenu", { name: mira.name }) }).click();
  await page.getByRole("menuitem", { name: t("actions.signOut") }).click();
  const question = page.getByRole("dialog", { name: t("signOut.title") });
  const left = otherTab.waitForURL("/");
  await question.getByRole("button", { name: t("actions.signOut") }).click();
  await left;
  await otherTab.getByRole("heading", { name: t("landing.claim") }).waitFor();
  assert.equal(await otherTab.locator("[data-row], [data-field]").count(), 0);

  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
  // What says that someone has signed in here before, or has opened a form, opens nothing, and stays.
  assert.deepEqual(await cookies(context), [cookie("__Host-device"), cookie("__Host-form")]);
  assert.deepEqual(await keptOf(page), nothingKept);

  // By the page's own history: a page that comes out of the browser's cache never counts as loaded.
  await page.evaluate(() => history.back());
  await page.getByRole("heading", { name: t("identity.signInTitle") }).waitFor();
  assert.equal(await page.getByText("Harbour Works").count(), 0);
});

story(
  import.meta,
  "A session that ended hides the page and keeps it for the same person, who may leave instead",
  async (world) => {
    world.expectInConsole(/status of 401 .*\/api\/(sync|me)/u, /WebSocket connection to .* failed/u);
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const { page } = mira;
    await openCustomer(page, "Harbour Works");
    await page.keyboard.press("Control+Delete");
    await page.getByRole("dialog", { name: t("list.delete.title", { name: "Harbour Works" }) }).waitFor();

    await call(page, "POST", "/api/sign-out", {});
    const ended = page.getByRole("dialog", { name: t("sessionEnded.title") });
    const secret = ended.getByRole("textbox", { name: t("identity.password") });
    await secret.and(page.locator(":focus")).waitFor();
    assert.equal(await page.getByText("Harbour Works").and(page.locator(":visible")).count(), 0);
    await secret.fill(password);
    await secret.press("Enter");
    await ended.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.getByRole("region", { name: "Harbour Works" }).waitFor();

    await call(page, "POST", "/api/sign-out", {});
    await ended.getByRole("button", { name: t("sessionEnded.leave") }).click();
    await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
  },
);

story(
  import.meta,
  "What waited when the session ended arrives when the same person has signed in again",
  async (world) => {
    world.expectInConsole(
      /status of 401 .*\/api\/(sync|me)/u,
      /WebSocket connection to .* failed/u,
      /ERR_INTERNET_DISCONNECTED/u,
      /closed before the connection is established/u,
    );
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const tomas = await colleague(world, mira);
    const { page } = mira;
    for (const person of [mira, tomas]) await openCustomer(person.page, "Harbour Works");
    const context = page.context();
    await context.setOffline(true);
    await connection(page, "offline").waitFor();
    await edit(page, "phone", "+46 8 1");
    await page.getByText(t("status.unsent_one", { count: 1 })).waitFor();
    await context.clearCookies();
    await context.setOffline(false);

    const ended = page.getByRole("dialog", { name: t("sessionEnded.title") });
    await ended.getByText(t("sessionEnded.unsent_one", { count: 1 })).waitFor();
    await ended.getByRole("textbox", { name: t("identity.password") }).fill(password);
    await page.keyboard.press("Enter");
    await ended.waitFor({ state: "detached" });
    await value(tomas.page, "phone", "+46 8 1").waitFor();
    await connection(page, "live").waitFor();
  },
);

story(
  import.meta,
  "A sign-out without a network leaves no data behind, and ends the session when there is one",
  async (world) => {
    world.expectInConsole(
      /ERR_INTERNET_DISCONNECTED/u,
      /network\.unreachable/u,
      // The page that begins there is asked for a token that it does not have yet.
      /status of 403 .*\/api\/sign-out$/u,
    );
    const mira = await founder(world);
    const { page } = mira;
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    await shellKept(page);
    const context = page.context();
    await context.setOffline(true);
    await connection(page, "offline").waitFor();
    await page.getByRole("button", { name: t("navigation.userMenu", { name: mira.name }) }).click();
    await page.getByRole("menuitem", { name: t("actions.signOut") }).click();
    const question = page.getByRole("dialog", { name: t("signOut.title") });
    await question.getByText(t("signOut.offline")).waitFor();
    await question.getByRole("button", { name: t("actions.signOut") }).click();
    await page.getByRole("heading", { name: t("errorPage.unreachable") }).waitFor();
    assert.equal(await countKept(page, mira), 0);
    assert.deepEqual(await cookies(context), [
      cookie("__Host-device"),
      cookie("__Host-form"),
      cookie("__Host-sid"),
    ]);

    await context.setOffline(false);
    await page.getByRole("button", { name: t("errorPage.again") }).click();
    await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
    assert.deepEqual(await cookies(context), [cookie("__Host-device"), cookie("__Host-form")]);
  },
);

story(import.meta, "Who has no workspace open can sign out as well", async (world) => {
  const { page, email } = await founder(world);
  await page.goto("/new-workspace");
  await page.getByText(t("identity.signedInAs", { email })).waitFor();
  await page.getByRole("button", { name: t("actions.signOut") }).click();
  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
  assert.deepEqual(await cookies(page.context()), [cookie("__Host-device"), cookie("__Host-form")]);
});

async function cookies(context) {
  const held = await context.cookies();
  return held
    .map(({ name, httpOnly, secure, path }) => ({ name, httpOnly, secure, path }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

const cookie = (name) => ({ name, httpOnly: true, secure: true, path: "/" });
