import assert from "node:assert/strict";
import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { mailTo, verificationTo } from "../support/mail.mjs";
import { connection, elsewhere, fill, founder, password } from "../support/people.mjs";
import { Product } from "../support/product.mjs";
import { story } from "../support/story.mjs";
import { arabic, english, t } from "../support/texts.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const heading = (page, name) => page.getByRole("heading", { name, exact: true });
const nudge = (page, words = t) => page.getByRole("complementary", { name: words("address.nudge.title") });

async function speakArabic(page) {
  await page.evaluate(() => localStorage.setItem("holdfast.language", "ar"));
  await page.reload();
  await page.locator('html[dir="rtl"]').waitFor();
}

story(
  import.meta,
  "Whoever has yet to confirm the address is reminded, and the reminder goes by itself when the link is used",
  async (world) => {
    world.expectInConsole(/status of 404 .*\/api\/address\/verify\/look$/u);
    const faults = new Faults();
    const { page, email } = await founder(world, { confirms: false });
    await nudge(page).getByText(t("address.nudge.text", { email })).waitFor();
    for (const each of everyLook) await look(page, "nudge", each, faults);
    await nudge(page)
      .getByRole("button", { name: t("address.send") })
      .click();
    await page.getByText(t("address.sent", { email })).waitFor();
    await verificationTo(world.product, email, 2);

    // Not today: it stays away in every tab of this browser, and the account still says it.
    await nudge(page)
      .getByRole("button", { name: t("address.nudge.later") })
      .click();
    await nudge(page).waitFor({ state: "detached" });
    await page.reload();
    await connection(page, "live").waitFor();
    assert.equal(await nudge(page).count(), 0, "It comes back on the same day.");
    await page.evaluate(() => localStorage.removeItem("holdfast.nudge"));
    await page.reload();
    await nudge(page).waitFor();
    const account = await page.context().newPage();
    await account.goto("/account");
    await account.getByText(t("address.unconfirmed")).waitFor();
    for (const each of everyLook) await look(account, "account-unconfirmed", each, faults);

    const mail = await verificationTo(world.product, email);
    const other = await world.newcomer();
    await other.goto(mail.link);
    await other.getByText(t("address.verify.lead", { email })).waitFor();
    assert.equal(new URL(other.url()).hash, "", "The secret stays in the address.");
    for (const each of everyLook) await look(other, "address-verify", each, faults);
    await nudge(page).waitFor();
    await fill(other, { [t("identity.password")]: password });
    await button(other, t("address.verify.do")).focus();
    await other.keyboard.press("Enter");
    await heading(other, t("address.verify.doneTitle")).waitFor();
    for (const each of narrowAndWide) await look(other, "address-verified", each, faults);
    await nudge(page).waitFor({ state: "detached" });
    await account.getByText(t("address.confirmed"), { exact: true }).waitFor();

    await other.goto("/");
    await other.goto(mail.link);
    await heading(other, t("reset.refused")).waitFor();
    faults.assertNone();
  },
);

story(
  import.meta,
  "A person takes another address, stays signed in, and the former one takes it back",
  async (world) => {
    world.expectInConsole(/status of 401 /u, /status of 422 .*\/api\/me\/email$/u, /closed|WebSocket/u);
    const faults = new Faults();
    const mira = await founder(world);
    const { page, email } = mira;
    const second = await elsewhere(world, mira);
    const next = `new.${email}`;
    await page.goto("/account");
    const field = page.getByRole("textbox", { name: t("address.next") });
    await field.fill("nobody");
    await button(page, t("address.change")).click();
    await page.getByText(t("errors.field.malformed")).first().waitFor();
    await field.fill(email);
    await button(page, t("address.change")).click();
    await page.getByText(t("errors.address.same")).waitFor();
    await field.fill(next);
    await button(page, t("address.change")).click();
    await page.getByText(t("address.waiting", { email: next })).waitFor();
    for (const each of everyLook) await look(page, "account-waiting", each, faults);
    await mailTo(world.product, next);
    await button(page, t("address.keep")).click();
    await field.fill(next);
    await button(page, t("address.change")).click();
    await page.getByText(t("address.waiting", { email: next })).waitFor();

    const phone = await world.newcomer();
    await phone.goto((await mailTo(world.product, next, 2)).link);
    await phone.getByText(t("address.confirm.lead", { email: next })).waitFor();
    for (const each of everyLook) await look(phone, "address-confirm", each, faults);
    await button(phone, t("address.confirm.do")).click();
    await heading(phone, t("address.confirm.doneTitle")).waitFor();
    await page.getByText(next, { exact: true }).first().waitFor();
    await page.getByText(t("address.confirmed"), { exact: true }).waitFor();
    await page.getByRole("link", { name: t("account.activity.title"), exact: true }).click();
    await page.getByText(t("events.reasons.address_changed")).waitFor();
    await page.goto(`/w/${mira.workspace}/people`);
    await page.getByText(next).first().waitFor();

    // Two were told that another was asked for, the third that there is one.
    const undo = await mailTo(world.product, email, 3);
    await phone.goto(undo.link);
    await phone.getByText(t("address.undo.lead", { email })).waitFor();
    for (const each of everyLook) await look(phone, "address-undo", each, faults);
    await speakArabic(phone);
    await phone.getByText(arabic("address.undo.lead", { email })).waitFor();
    for (const each of everyLook) await look(phone, "address-undo-ar", each, faults);
    await button(phone, arabic("address.undo.do")).click();
    await heading(phone, arabic("address.undo.doneTitle")).waitFor();
    for (const { page: open } of [mira, second])
      await open.getByRole("dialog", { name: english("sessionEnded.title") }).waitFor();
    assert.match((await mailTo(world.product, email, 4)).link, /\/reset#/u);
    faults.assertNone();
  },
);

story(
  import.meta,
  "Where the server demands it nothing opens before the address is confirmed, and then it opens by itself",
  async (world) => {
    world.expectInConsole(
      /status of 403 /u,
      // Its server goes before its pages.
      /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Connection closed|closed before the connection is established|WebSocket/u,
    );
    const product = new Product();
    try {
      await product.start();
      const faults = new Faults();
      const page = await world.newcomer();
      const email = "mira@example.com";
      await page.goto(`${product.address}/sign-up`);
      await fill(page, {
        [t("identity.name")]: "Mira Lindqvist",
        [t("identity.workspace")]: "Nordlicht Studio",
        [t("identity.email")]: email,
        [t("identity.password")]: password,
      });
      await button(page, t("identity.signUp")).click();
      await nudge(page).waitFor();
      const mail = await verificationTo(product, email);

      // From now on it is demanded of those who are there as well.
      await product.kill();
      await product.start("--verify", "first");
      await page.reload();
      await heading(page, t("address.required.title")).waitFor();
      for (const each of everyLook) await look(page, "address-required", each, faults);
      await speakArabic(page);
      await heading(page, arabic("address.required.title")).waitFor();
      for (const each of narrowAndWide) await look(page, "address-required-ar", each, faults);
      await button(page, arabic("address.required.data")).click();
      await heading(page, arabic("account.deletion.title")).waitFor();
      for (const each of narrowAndWide) await look(page, "address-required-data-ar", each, faults);
      await page.evaluate(() => localStorage.setItem("holdfast.language", "en"));
      await page.goto(`${product.address}/account/security`);
      await heading(page, t("address.required.title")).waitFor();

      // What is his he can take, and leave.
      await button(page, t("address.required.data")).click();
      await button(page, t("account.data.ask")).click();
      await button(page, t("account.data.download")).waitFor();
      await button(page, t("account.deletion.begin")).waitFor();
      for (const each of everyLook) await look(page, "address-required-data", each, faults);
      const loaded = page.waitForEvent("download");
      await button(page, t("account.data.download")).click();
      assert.match((await loaded).suggestedFilename(), /^holdfast-.*\.zip$/u);

      const phone = await world.newcomer();
      await phone.goto(mail.link);
      await fill(phone, { [t("identity.password")]: password });
      await button(phone, t("address.verify.do")).click();
      await heading(phone, t("address.verify.doneTitle")).waitFor();
      await button(page, t("account.password.change")).waitFor();
      faults.assertNone();
    } finally {
      await product.end();
    }
  },
);
