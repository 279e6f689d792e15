import assert from "node:assert/strict";
import { fill, founder, password } from "../support/people.mjs";
import { Product } from "../support/product.mjs";
import { story } from "../support/story.mjs";
import { english, t } from "../support/texts.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });

story(
  import.meta,
  "Two pages of one person change things in turn and at once, and none notices the other",
  async (world) => {
    // So a page says that its token was used up: it sends its request again.
    world.expectInConsole(/status of 403 .*\/api\/me\/profile$/u);
    const { page } = await founder(world);
    const other = await page.context().newPage();
    for (const each of [page, other]) {
      await each.goto("/account");
      await each.getByRole("textbox", { name: t("identity.name") }).waitFor();
    }
    const save = async (each, name) => {
      await each.getByRole("textbox", { name: t("identity.name") }).fill(name);
      const answered = each.waitForResponse(
        (response) =>
          response.url().endsWith("/api/me/profile") &&
          response.request().method() === "POST" &&
          response.ok(),
      );
      // A tab in the background draws too rarely to be clicked in.
      await each.getByRole("textbox", { name: t("identity.name") }).press("Enter");
      await answered;
    };
    for (const [index, each] of [page, other, page, other].entries()) await save(each, `Mira ${index}`);
    await Promise.all([save(page, "Mira here"), save(other, "Mira there")]);

    // Pages that begin take the place of those that wait: what the first page has counts no more.
    await other.evaluate(() => Promise.all(Array.from({ length: 20 }, () => fetch("/api/me"))));
    await save(page, "Mira at last");
    await page.getByText(t("account.profile.saved")).first().waitFor();
    assert.equal(await page.getByRole("alert").getByText(t("errors.csrf.refused")).count(), 0);
  },
);

story(
  import.meta,
  "Whoever fills a form in at once is let in all the same, and what fills in a field that nobody sees is not",
  async (world) => {
    world.expectInConsole(/status of 401 .*\/api\/sign-in$/u);
    const product = new Product();
    const [page, elsewhere] = [await world.newcomer(), await world.newcomer()];
    try {
      await product.start("--form-time", "2");
      const sent = sendingTimes(page);
      await page.goto(`${product.address}/sign-up`);
      await fill(page, {
        [english("identity.name")]: "Mira Lindqvist",
        [english("identity.workspace")]: "Nordlicht Studio",
        [english("identity.email")]: "mira@example.com",
        [english("identity.password")]: password,
      });
      await button(page, english("identity.signUp")).click();
      await page.getByRole("heading", { name: english("home.hello", { name: "Mira Lindqvist" }) }).waitFor();
      assert.ok(
        sent["/api/sign-up"] >= 2000,
        `The form was sent ${sent["/api/sign-up"]} ms after it was opened.`,
      );

      const [email, secret] = ["identity.email", "identity.password"].map((key) =>
        elsewhere.getByRole("textbox", { name: english(key), exact: true }),
      );
      await elsewhere.goto(`${product.address}/sign-in`);
      const unseen = elsewhere.locator('input[name="subject"]');
      await email.fill("mira@example.com");
      await secret.fill(password);
      // Neither a mouse nor the keyboard nor a screen reader comes upon it.
      assert.equal(await elsewhere.getByRole("textbox").count(), 2);
      for (const step of ["Tab", "Shift+Tab"]) {
        await email.focus();
        for (let times = 0; times < 12; times++) {
          await elsewhere.keyboard.press(step);
          assert.equal(await unseen.and(elsewhere.locator(":focus")).count(), 0);
        }
      }
      const box = await unseen.locator("..").boundingBox();
      assert.ok(box.width <= 1 && box.height <= 1, JSON.stringify(box));
      await unseen.evaluate((input) => {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "Cheap watches");
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      await secret.press("Enter");
      await elsewhere.getByRole("alert").getByText(english("errors.sign_in.refused")).waitFor();

      await elsewhere.reload();
      await email.fill("mira@example.com");
      await secret.fill(password);
      await secret.press("Enter");
      await elsewhere
        .getByRole("heading", { name: english("home.hello", { name: "Mira Lindqvist" }) })
        .waitFor();
    } finally {
      for (const each of [page, elsewhere]) await each.close();
      await product.end();
    }
  },
);

/** For each address that a form is sent to, how many milliseconds after its opening that was. */
function sendingTimes(page) {
  const [opened, sent] = [{}, {}];
  page.on("response", (response) => {
    const { pathname, searchParams } = new URL(response.url());
    if (pathname === "/api/form") opened[`/api/${searchParams.get("for")}`] = performance.now();
  });
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === "POST" && pathname in opened)
      sent[pathname] = performance.now() - opened[pathname];
  });
  return sent;
}
