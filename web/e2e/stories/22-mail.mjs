import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { complains } from "../support/forms.mjs";
import { everyLook, Faults, look } from "../support/looks.mjs";
import { mailTo } from "../support/mail.mjs";
import { paths } from "../support/paths.mjs";
import { call, fill, founder } from "../support/people.mjs";
import { Product } from "../support/product.mjs";
import { story } from "../support/story.mjs";
import { arabic, english } from "../support/texts.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const newPassword = "harbour, seven plain spoons";

async function forget(page, email, t = english) {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: t("identity.forgot") }).click();
  await fill(page, { [t("identity.email")]: email });
  await button(page, t("forgot.send")).click();
  await page.getByText(t("forgot.sent", { email })).waitFor();
}

story(
  import.meta,
  "Whoever forgot the password sets a new one by a mail, and is signed out elsewhere",
  async (world) => {
    world.expectInConsole(
      /status of 422 .*\/api\/reset$/u,
      /status of 404 .*\/api\/reset\/look$/u,
      /status of 401 /u,
      /closed|WebSocket/u,
    );
    const { page: elsewhere, email, name } = await founder(world);
    const page = await world.newcomer();
    await forget(page, "nobody@example.com");
    await forget(page, email);
    const { link } = await mailTo(world.product, email);

    await page.goto(link);
    await page.getByText(english("reset.lead", { email })).waitFor();
    assert.equal(new URL(page.url()).hash, "", "The secret stays in the address.");
    await page.reload();
    const password = english("identity.password");
    await fill(page, { [password]: "short" });
    await button(page, english("reset.set")).click();
    await complains(page, password, english("errors.password.too_short", { min: 15 }));
    await fill(page, { [password]: newPassword });
    await button(page, english("reset.set")).click();
    await page.getByRole("heading", { name: english("reset.doneTitle") }).waitFor();
    await elsewhere.getByRole("dialog", { name: english("sessionEnded.title") }).waitFor();

    // The used link once more in the same tab is a used link, and no password that was set.
    await page.goto(link);
    await page.getByRole("heading", { name: english("reset.refused") }).waitFor();
    await page.goto("/sign-in");
    await fill(page, { [english("identity.email")]: email, [password]: newPassword });
    await button(page, english("identity.signIn")).click();
    await page.getByRole("heading", { name: english("home.hello", { name }) }).waitFor();

    const later = await world.newcomer();
    await later.goto(link);
    await later.getByRole("heading", { name: english("reset.refused") }).waitFor();
    await later.getByRole("link", { name: english("reset.again") }).click();
    await later.getByRole("heading", { name: english("forgot.title") }).waitFor();
  },
);

story(
  import.meta,
  "The page of a new password fits, and so does the mail that leads to it",
  async (world) => {
    const faults = new Faults();
    const { email } = await founder(world);
    const page = await world.newcomer();
    await page.goto("/forgot");
    await call(page, "POST", "/api/forgot", { email });
    const mails = [await mailTo(world.product, email)];
    await page.goto(mails[0].link);
    await page.getByText(english("reset.lead", { email })).waitFor();
    for (const each of everyLook) await look(page, "reset", each, faults);

    // Someone else, for to the same address none goes out again so soon.
    const { page: another, email: theirs } = await founder(world);
    await call(another, "POST", "/api/me/language", { language: "ar" });
    await call(page, "POST", "/api/forgot", { email: theirs });
    mails.push(await mailTo(world.product, theirs));
    await page.evaluate(() => localStorage.setItem("holdfast.language", "ar"));
    await page.goto("/");
    await page.goto(mails[1].link);
    await page.getByText(arabic("reset.lead", { email: theirs })).waitFor();
    for (const each of everyLook) await look(page, "reset-ar", each, faults);
    faults.assertNone();

    const paper = await world.newcomer();
    for (const [index, { html }] of mails.entries()) {
      for (const colorScheme of ["light", "dark"]) {
        for (const width of [375, 720]) {
          await paper.setViewportSize({ width, height: 720 });
          await paper.emulateMedia({ colorScheme });
          await paper.setContent(html);
          assert.ok(
            await paper.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            "It scrolls sideways.",
          );
          const path = join(paths.pictures, `mail-${["en", "ar"][index]}-${width}-${colorScheme}.png`);
          await paper.screenshot({ path, fullPage: true });
        }
      }
    }
  },
);

story(
  import.meta,
  "The first opens the link of the start, the next an invite, a mail and the password once more",
  async (world) => {
    world.expectInConsole(
      /status of 422 .*\/api\/sign-up\/confirm$/u,
      /status of 404 .*\/api\/sign-up\/look$/u,
      // Its server goes before its pages.
      /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Connection closed|closed before the connection is established/u,
    );
    const product = new Product();
    try {
      await product.start("--sign-up", "invited", "--verify", "first");
      const faults = new Faults();
      const page = await world.newcomer();
      await page.goto(`${product.address}/sign-up`);
      await page.getByRole("heading", { name: english("identity.firstShort") }).waitFor();
      for (const each of everyLook) await look(page, "sign-up-first", each, faults);
      await page.goto(await firstLink(product));
      await page.getByText(english("identity.firstLead")).waitFor();
      assert.equal(new URL(page.url()).hash, "", "The secret stays in the address.");
      await fill(page, {
        [english("identity.name")]: "Mira Lindqvist",
        [english("identity.workspace")]: "Nordlicht Studio",
        [english("identity.email")]: "mira@example.com",
        [english("identity.password")]: newPassword,
      });
      await button(page, english("identity.signUp")).click();
      await page.getByRole("heading", { name: english("home.hello", { name: "Mira Lindqvist" }) }).waitFor();

      const stranger = await world.newcomer();
      await stranger.goto(`${product.address}/sign-up`);
      await stranger.getByRole("heading", { name: english("identity.closedShort") }).waitFor();
      for (const each of everyLook) await look(stranger, "sign-up-closed", each, faults);

      const workspace = new URL(page.url()).pathname.split("/")[2];
      const { link } = await call(page, "POST", `/api/workspaces/${workspace}/invites`, { role: "member" });
      await stranger.goto(link);
      const email = "tomas@example.com";
      await fill(stranger, {
        [english("identity.name")]: "Tomás Okafor",
        [english("identity.email")]: email,
        [english("identity.password")]: newPassword,
      });
      await button(stranger, english("identity.signUpAndJoin")).click();
      await stranger.getByText(english("identity.signUpSent", { email })).waitFor();
      for (const each of everyLook) await look(stranger, "sign-up-sent", each, faults);

      const mail = await mailTo(product, email);
      await stranger.goto(mail.link);
      await stranger.getByText(english("verify.lead", { email })).waitFor();
      for (const each of everyLook) await look(stranger, "verify", each, faults);
      const password = english("identity.password");
      await fill(stranger, { [password]: `${newPassword}!` });
      await button(stranger, english("verify.enter")).click();
      await complains(stranger, password, english("errors.password.wrong"));
      await fill(stranger, { [password]: newPassword });
      await button(stranger, english("verify.enter")).click();
      await stranger
        .getByRole("heading", { name: english("home.hello", { name: "Tomás Okafor" }) })
        .waitFor();

      const later = await world.newcomer();
      await later.goto(mail.link);
      await later.getByText(english("errors.link.not_valid")).waitFor();
      faults.assertNone();
    } finally {
      await product.end();
    }
  },
);

/** What the start says after it says that it is ready. */
async function firstLink(product) {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const found = /https?:\/\/\S+\/sign-up#\S+/u.exec(product.log);
    if (found !== null) return found[0];
    await pause(50);
  }
  throw new Error("The start printed no link.");
}
