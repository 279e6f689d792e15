import assert from "node:assert/strict";
import { call, fill, founder, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { arabic, english } from "../support/texts.mjs";

story(import.meta, "A person's language is kept, and another browser of theirs speaks it", async (world) => {
  const mira = await founder(world);
  await mira.page.getByRole("button", { name: english("navigation.userMenu", { name: mira.name }) }).click();
  const kept = mira.page.waitForResponse((answer) => answer.url().endsWith("/api/me/language"));
  await mira.page.getByRole("menu").getByText("العربية", { exact: true }).click();
  await mira.page.locator('html[lang="ar"][dir="rtl"]').waitFor();
  assert.equal((await kept).status(), 204);
  assert.equal((await call(mira.page, "GET", "/api/me")).user.language, "ar");

  const elsewhere = await world.newcomer();
  await elsewhere.goto("/sign-in");
  await fill(elsewhere, {
    [english("identity.email")]: mira.email,
    [english("identity.password")]: password,
  });
  await elsewhere.keyboard.press("Enter");
  await elsewhere.getByRole("heading", { name: arabic("home.hello", { name: mira.name }) }).waitFor();
  await elsewhere.locator('html[lang="ar"][dir="rtl"]').waitFor();
});

story(
  import.meta,
  "Whoever comes first is greeted in a language of their browser, before anything is drawn",
  async (world) => {
    const page = await world.newcomer({ locale: "ar-EG" });
    await page.route("**/assets/*.js", (route) => route.abort());
    world.expectInConsole(/net::ERR_FAILED/u);
    await page.goto("/");
    await page.locator('html[lang="ar"][dir="rtl"]').waitFor();
    await page.unroute("**/assets/*.js");
    await page.goto("/");
    await page.getByRole("heading", { name: arabic("landing.claim") }).waitFor();
  },
);

story(import.meta, "High contrast is a choice beside light and dark, and stays", async (world) => {
  const { page, name } = await founder(world);
  const ring = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--hf-focus"));
  assert.equal(await ring(), "2px");
  await page.getByRole("button", { name: english("navigation.userMenu", { name }) }).click();
  await page.getByRole("menu").getByText(english("preferences.scheme.contrast"), { exact: true }).click();
  await page.getByRole("menu").waitFor({ state: "hidden" });
  assert.equal(await ring(), "3px");
  await page.reload();
  await page
    .getByRole("heading", { name: english("customers.title") })
    .first()
    .waitFor();
  assert.equal(await ring(), "3px");
});
