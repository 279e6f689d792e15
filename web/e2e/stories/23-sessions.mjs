import assert from "node:assert/strict";
import { everyLook, Faults, look } from "../support/looks.mjs";
import { elsewhere, fill, founder, password } from "../support/people.mjs";
import { Product } from "../support/product.mjs";
import { story } from "../support/story.mjs";
import { arabic, english, t } from "../support/texts.mjs";

const list = (page, section) => page.getByRole("list", { name: t(`account.${section}.title`) });
const button = (page, name) => page.getByRole("button", { name, exact: true });

story(
  import.meta,
  "A person ends a session elsewhere, and the page there says so within a second",
  async (world) => {
    const mira = await founder(world);
    const phone = await elsewhere(world, mira);
    const { page } = mira;
    await page.goto("/account/security");
    const sessions = list(page, "sessions").getByRole("listitem");
    await sessions.nth(1).waitFor();
    assert.equal(await sessions.count(), 2);
    await sessions.first().getByText(t("account.sessions.this"), { exact: true }).waitFor();

    const ended = phone.page.getByRole("dialog", { name: t("sessionEnded.title") });
    const answered = page.waitForResponse((response) => response.url().endsWith("/end"));
    await sessions.nth(1).getByRole("button").click();
    assert.equal((await answered).status(), 204);
    const since = performance.now();
    await ended.waitFor();
    const took = Math.round(performance.now() - since);
    world.notes.push(`said so after ${took} ms`);
    assert.ok(took < 1000, `It took ${took} ms.`);
    await sessions.nth(1).waitFor({ state: "detached" });

    const tablet = await elsewhere(world, mira);
    await page.reload();
    await button(page, t("account.sessions.endOthers")).click();
    const question = page.getByRole("dialog", { name: t("account.sessions.endOthers") });
    await question.getByRole("button", { name: t("account.sessions.endOthersConfirm"), exact: true }).click();
    await page.getByText(t("account.sessions.othersEnded")).waitFor();
    await tablet.page.getByRole("dialog", { name: t("sessionEnded.title") }).waitFor();
    assert.equal(await sessions.count(), 1);
  },
);

story(import.meta, "A person makes a token for a program, sees it once, and ends it", async (world) => {
  const mira = await founder(world);
  await elsewhere(world, mira);
  const { page } = mira;
  const faults = new Faults();
  await page.goto("/account/security");
  await button(page, t("account.tokens.add")).click();
  const dialog = page.getByRole("dialog", { name: t("account.tokens.add") });
  await dialog.waitFor();
  for (const each of everyLook) await look(page, "account-token-new", each, faults);
  await dialog.getByRole("textbox", { name: t("account.tokens.name") }).fill("Night job");
  await button(page, t("account.tokens.create")).click();
  const shown = dialog.getByRole("textbox", { name: t("account.tokens.token") });
  const token = await shown.inputValue();
  assert.match(token, /^hfr1_[\w-]{54}$/u);
  for (const each of everyLook) await look(page, "account-token-made", each, faults);
  await button(dialog, t("common.done")).click();

  const program = (path, init) => fetch(`${world.product.address}${path}`, init);
  const exchanged = await program("/api/tokens/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  const { accessToken } = await exchanged.json();
  const asked = () => program("/api/me", { headers: { Authorization: `Bearer ${accessToken}` } });
  assert.equal((await (await asked()).json()).user.email, mira.email);

  await page.reload();
  const tokens = list(page, "tokens").getByRole("listitem");
  await tokens.getByText("Night job").waitFor();
  assert.equal(await page.getByText(token).count(), 0);
  for (const each of everyLook) {
    await button(page, t("account.tokens.add")).scrollIntoViewIfNeeded();
    await look(page, "account-security", each, faults);
  }
  await tokens.getByRole("button").click();
  const question = page.getByRole("dialog", { name: t("account.tokens.endTitle", { name: "Night job" }) });
  for (const each of everyLook) await look(page, "account-token-end", each, faults);
  await button(question, t("account.tokens.end")).click();
  await page.getByText(t("account.tokens.none")).waitFor();
  assert.equal((await asked()).status, 401);
  faults.assertNone();
});

story(
  import.meta,
  "A session that turns up in another network goes on where it stopped once the password was typed",
  async (world) => {
    world.expectInConsole(
      /status of 401 .*\/api\/(tokens|sessions|session\/proof)$/u,
      /status of 422 .*\/api\/session\/proof$/u,
    );
    const product = new Product();
    try {
      await product.start("--session-address", "ask");
      const page = await world.newcomer();
      await page.goto(`${product.address}/sign-up`);
      await fill(page, {
        [english("identity.name")]: "Mira Lindqvist",
        [english("identity.workspace")]: "Nordlicht Studio",
        [english("identity.email")]: "mira@example.com",
        [english("identity.password")]: password,
      });
      await button(page, english("identity.signUp")).click();
      await page.getByRole("heading", { name: english("home.hello", { name: "Mira Lindqvist" }) }).waitFor();
      await page.goto(`${product.address}/account/security`);
      await list(page, "sessions").getByRole("listitem").waitFor();

      await page.context().setExtraHTTPHeaders({ "X-Forwarded-For": "198.51.100.7" });
      await button(page, t("account.tokens.add")).click();
      await page.getByRole("textbox", { name: t("account.tokens.name") }).fill("Night job");
      await button(page, t("account.tokens.create")).click();
      const proof = page.getByRole("dialog", { name: t("proof.title") });
      const secret = proof.getByRole("textbox", { name: t("identity.password") });
      await secret.and(page.locator(":focus")).waitFor();
      const faults = new Faults();
      for (const each of everyLook) await look(page, "proof", each, faults);
      await secret.fill("something that it is not");
      await page.keyboard.press("Enter");
      await proof.getByText(t("errors.password.wrong")).waitFor();
      await secret.fill(password);
      await page.keyboard.press("Enter");
      await page.getByRole("textbox", { name: t("account.tokens.token") }).waitFor();
      await proof.waitFor({ state: "detached" });
      faults.assertNone();
    } finally {
      await product.end();
    }
  },
);

story(import.meta, "The page of one's sessions and tokens reads from the right as well", async (world) => {
  const mira = await founder(world);
  await elsewhere(world, mira);
  await mira.page.evaluate(() => localStorage.setItem("holdfast.language", "ar"));
  await mira.page.goto("/account/security");
  await mira.page.getByRole("list", { name: arabic("account.sessions.title") }).waitFor();
  const faults = new Faults();
  for (const each of everyLook) {
    await mira.page.getByRole("button", { name: arabic("account.tokens.add") }).scrollIntoViewIfNeeded();
    await look(mira.page, "account-security-ar", each, faults);
  }
  faults.assertNone();
});
