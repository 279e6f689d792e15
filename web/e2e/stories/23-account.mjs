import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { colleague, founder, operator, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { arabic, english, german, t } from "../support/texts.mjs";

const next = "tundra kettle violin 08";

const activity = (page) => page.getByRole("list", { name: t("account.activity.title") });

/** A picture as a camera makes it: wider than high, and of more than one colour. */
async function portrait(page) {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 400;
    const context = canvas.getContext("2d");
    context.fillStyle = "#2f6b2f";
    context.fillRect(0, 0, 640, 400);
    context.fillStyle = "#f0c674";
    context.arc(320, 190, 110, 0, 7);
    context.fill();
    return canvas.toDataURL("image/png").split(",")[1];
  });
  return Buffer.from(base64, "base64");
}

async function choose(page, part) {
  await page.getByRole("link", { name: t(`account.${part}.title`), exact: true }).click();
}

story(
  import.meta,
  "A person changes name and password, and sees what happened to the account",
  async (world) => {
    world.expectInConsole(/status of 422 .*\/api\/me\/password/u);
    const mira = await founder(world);
    const tomas = await colleague(world, mira, { role: "viewer" });
    const { page } = tomas;
    const faults = new Faults();
    await page.getByRole("button", { name: t("navigation.userMenu", { name: tomas.name }) }).click();
    await page.getByRole("menuitem", { name: t("actions.openAccount") }).click();
    const name = page.getByRole("textbox", { name: t("identity.name") });
    await name.fill("Tomás de Okafor");
    const shown = page.locator('img[src*="/picture/"]');
    const file = { name: "me.png", mimeType: "image/png", buffer: await portrait(page) };
    await page.locator('input[type="file"]').setInputFiles(file);
    await shown.waitFor();
    for (const each of everyLook) await look(page, "account-profile", each, faults);
    await page.locator('input[type="file"]').setInputFiles({ ...file, buffer: Buffer.from("no picture") });
    await page.getByText(t("account.picture.unreadable")).waitFor();
    await page.getByRole("button", { name: t("common.save") }).click();
    await page.getByText(t("account.profile.saved")).waitFor();
    await mira.page.goto(`/w/${mira.workspace}/people`);
    await mira.page
      .getByRole("list", { name: t("people.title") })
      .getByText("Tomás de Okafor")
      .waitFor();
    await mira.page
      .getByRole("list", { name: t("people.title") })
      .locator('img[src*="/picture/"]')
      .waitFor();

    await choose(page, "security");
    const field = (key) => page.getByLabel(t(`account.password.${key}`), { exact: true });
    const change = page.getByRole("button", { name: t("account.password.change") });
    await field("next").fill("tomásokafor");
    await page.getByText(t("identity.strength.oneself")).waitFor();
    await field("next").fill("passwordpassword1");
    await page.getByText(t("identity.strength.common")).waitFor();
    for (const each of everyLook) await look(page, "account-weak-password", each, faults);
    await field("next").fill(next);
    await page.getByText(t("identity.strength.good")).waitFor();
    await field("current").fill("not this one at all");
    await change.click();
    await page.getByText(t("errors.password.wrong")).waitFor();
    for (const each of narrowAndWide) await look(page, "account-wrong-password", each, faults);
    await field("current").fill(password);
    await change.click();
    await page.getByText(t("account.password.changed")).waitFor();

    await choose(page, "activity");
    await activity(page).getByText(t("events.names.authn_password_change"), { exact: true }).waitFor();
    for (const each of everyLook) await look(page, "account-activity", each, faults);
    await page.getByRole("combobox", { name: t("events.kind") }).click();
    await page.getByRole("option", { name: t("events.names.authn_password_change_fail") }).click();
    await activity(page)
      .getByText(t("events.names.authn_password_change"), { exact: true })
      .waitFor({ state: "detached" });
    await activity(page).getByText(t("events.names.authn_password_change_fail")).waitFor();

    // Who joined stands where the owner looks after members.
    await mira.page
      .getByRole("list", { name: t("people.events") })
      .getByText(t("events.joined"))
      .first()
      .waitFor();
    for (const each of everyLook) {
      await mira.page.getByRole("heading", { name: t("people.events") }).scrollIntoViewIfNeeded();
      await look(mira.page, "people-events", each, faults);
    }

    for (const [language, words] of [
      ["ar", arabic],
      ["de", german],
    ]) {
      await page.evaluate((chosen) => localStorage.setItem("holdfast.language", chosen), language);
      for (const part of ["security", "activity"]) {
        await page.goto(`/account/${part}`);
        await page
          .getByRole("heading", { name: words(`account.${part === "security" ? "password" : part}.title`) })
          .waitFor();
        for (const each of narrowAndWide) await look(page, `account-${part}-${language}`, each, faults);
      }
    }
    faults.assertNone();
  },
);

story(import.meta, "The operator sees what passwords cost and what happened on the server", async (world) => {
  const { page } = await operator(world);
  await page.goto("/operator");
  const faults = new Faults();
  await page.getByRole("list", { name: english("operator.passwords") }).waitFor();
  await page
    .getByRole("list", { name: english("operator.events") })
    .getByText(english("events.names.user_created"))
    .first()
    .waitFor();
  await page.getByRole("table", { name: english("operator.eventsOver") }).waitFor();
  for (const each of everyLook) {
    await page.getByRole("heading", { name: english("operator.passwords") }).scrollIntoViewIfNeeded();
    await look(page, "operator-events", each, faults);
  }
  faults.assertNone();
});
