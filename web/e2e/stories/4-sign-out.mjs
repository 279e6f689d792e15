import assert from "node:assert/strict";
import { openCustomer } from "../support/customers.mjs";
import { founder, openCustomers } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

const atOnce = 1_000;

story(import.meta, "Signing out ends the session in every tab and leaves no data behind", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  await openCustomer(mira.page, "Harbour Works");
  const { page } = mira;
  const context = page.context();
  const otherTab = await context.newPage();
  await openCustomers({ ...mira, page: otherTab });
  assert.deepEqual(await cookies(context), [{ name: "__Host-sid", httpOnly: true, secure: true, path: "/" }]);

  // A tab in the background draws too rarely to be clicked in.
  await page.bringToFront();
  await page.getByRole("button", { name: t("navigation.userMenu", { name: mira.name }) }).click();
  await page.getByRole("menuitem", { name: t("actions.signOut") }).click();
  const question = page.getByRole("dialog", { name: t("signOut.title") });
  const asked = firstDialog(otherTab);
  const sent = page.waitForRequest("**/api/sign-out").then(() => Date.now());
  await question.getByRole("button", { name: t("actions.signOut") }).click();
  const took = (await asked) - (await sent);
  world.notes.push(`the other tab knew after ${took} ms`);
  assert.ok(took <= atOnce, `The other tab knew after ${took} ms, not within ${atOnce} ms.`);

  await otherTab.getByRole("dialog", { name: t("sessionEnded.title") }).waitFor();

  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
  assert.deepEqual(await cookies(context), []);

  // By the page's own history: a page that comes out of the browser's cache never counts as loaded.
  await page.evaluate(() => history.back());
  await page.getByRole("heading", { name: t("identity.signInTitle") }).waitFor();
  assert.equal(await page.getByText("Harbour Works").count(), 0);
});

/** When a dialog was put into the page, in milliseconds since 1970, however rarely its tab draws. */
function firstDialog(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () => document.querySelector('[role="dialog"]') && resolve(Date.now());
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      }),
  );
}

async function cookies(context) {
  const held = await context.cookies();
  return held.map(({ name, httpOnly, secure, path }) => ({ name, httpOnly, secure, path }));
}
