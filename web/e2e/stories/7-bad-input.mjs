import assert from "node:assert/strict";
import { edit, openCustomer, row, value, write } from "../support/customers.mjs";
import { complains } from "../support/forms.mjs";
import { colleague, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

const endless = "Harbour ".repeat(1_250);
const everyScript = "🐙 שלום مرحبا 港 – Häfen & Söhne 👩‍👩‍👧";
const name = t("records.solo.customer.fields.name");
const email = t("records.solo.customer.fields.email");
const required = t("errors.field.required");
const tooLong = t("errors.field.too_long", { max: 200 });

story(
  import.meta,
  "A customer with an impossible name is not created, and what was typed stays",
  async (world) => {
    const { page } = await founder(world);
    await page
      .getByRole("button", { name: t("actions.newCustomer") })
      .first()
      .click();
    const dialog = page.getByRole("dialog", { name: t("customers.new.title") });
    const create = dialog.getByRole("button", { name: t("customers.new.create") });
    const input = dialog.getByRole("textbox", { name });
    await dialog.getByRole("textbox", { name: email }).fill("office@harbour.example");

    await create.click();
    await complains(dialog, name, required);
    assert.ok(
      await input.evaluate((element) => element === document.activeElement),
      "The focus is not at the mistake.",
    );
    await input.fill("   ");
    await create.click();
    await complains(dialog, name, required);
    await input.fill(endless);
    await create.click();
    await complains(dialog, name, tooLong);
    assert.equal(await input.inputValue(), endless);
    assert.equal(await dialog.getByRole("textbox", { name: email }).inputValue(), "office@harbour.example");

    await input.fill(everyScript);
    await create.click();
    await page.getByRole("region", { name: everyScript, exact: true }).waitFor();
    await value(page, "email", "office@harbour.example").waitFor();
    await row(page, everyScript).waitFor();
  },
);

story(import.meta, "An edit in place that cannot be kept says so and stays open", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const tomas = await colleague(world, mira);
  const { page } = mira;
  await openCustomer(page, "Harbour Works");

  for (const [text, complaint] of [
    ["", required],
    ["  ", required],
    [endless, tooLong],
  ]) {
    const editor = await write(page, "name", text);
    await editor.press("Enter");
    await complains(page, name, complaint);
    assert.equal(await editor.inputValue(), text);
    await editor.press("Escape");
    await value(page, "name", "Harbour Works").waitFor();
  }
  const address = await write(page, "email", "nobody at all");
  await address.press("Enter");
  await complains(page, email, t("errors.field.malformed"));
  await address.press("Escape");
  await value(page, "email", t("customers.add.email")).waitFor();

  await edit(page, "name", everyScript);
  await row(tomas.page, everyScript).waitFor();
  await page.reload();
  await value(page, "name", everyScript).waitFor();
  assert.equal(await page.getByText(endless.trim()).count(), 0);
});

story(
  import.meta,
  "An address that somebody wrote by hand is read, or said to lead nowhere",
  async (world) => {
    // The page's own language is the account's, whatever the browser prefers.
    const { page, workspace } = await founder(world, { options: { locale: "de-DE" } });
    for (const address of ["/nowhere", "/w/x", "/w/x/customers"]) {
      await page.goto(address);
      await page.getByRole("heading", { name: t("notFound.title") }).waitFor();
    }

    await page.goto(`/w/${workspace}/customers?status=king`);
    await page.getByRole("button", { name: t("list.filter.open_other", { count: 0 }) }).waitFor();
  },
);
