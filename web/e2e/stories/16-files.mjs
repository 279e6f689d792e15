import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { row } from "../support/customers.mjs";
import { founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";

async function choose(page, text) {
  await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
  await page.getByRole("menuitem", { name: t("transfer.import") }).click();
  const dialog = page.getByRole("dialog", { name: t("transfer.import") });
  const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
  await dialog.locator('input[type="file"]').setInputFiles(file);
  return dialog;
}

story(
  import.meta,
  "A table becomes customers, says first what is wrong with it, and can be taken back",
  async (world) => {
    const { page } = await founder(world);
    const faulty = await choose(
      page,
      "Name;E-mail;Shoe size\nOkafor Legal;reception at okafor;44\nCafé Marea;;38",
    );
    await faulty.getByRole("button", { name: t("transfer.check") }).click();
    await faulty.getByText(t("transfer.rowAndColumn", { row: 2, column: "E-mail" })).waitFor();
    assert.equal(await faulty.getByRole("button", { name: /^Import 2/u }).count(), 0);
    await page.keyboard.press("Escape");
    await faulty.waitFor({ state: "detached" });

    const many = Array.from({ length: 1100 }, (_, index) => `Customer ${index};Lead`);
    const dialog = await choose(page, ["Company;Status", ...many].join("\n"));
    await dialog
      .getByText(t("transfer.missing", { fields: t("records.solo.customer.fields.name") }))
      .waitFor();
    await dialog.getByRole("combobox", { name: t("transfer.fills", { head: "Company" }) }).click();
    await page.getByRole("option", { name: t("records.solo.customer.fields.name"), exact: true }).click();
    await dialog.getByRole("button", { name: t("transfer.check") }).click();
    await dialog.getByRole("button", { name: t("transfer.importAll_other", { rows: "1,100" }) }).click();
    await dialog.getByText(t("transfer.done_other", { rows: "1,100" })).waitFor();
    await row(page, "Customer 0").first().waitFor();
    await dialog.getByRole("button", { name: t("transfer.undo") }).click();
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
  },
);

story(import.meta, "What is in a list goes out as a file", async (world) => {
  const { page } = await founder(world);
  const dialog = await choose(page, "name,email\nOkafor Legal,reception@okafor.example");
  await dialog.getByRole("button", { name: t("transfer.check") }).click();
  await dialog.getByRole("button", { name: t("transfer.importAll_one", { rows: "1" }) }).click();
  await dialog.getByRole("button", { name: t("common.done") }).click();
  for (const [action, holds] of [
    ["exportCsv", "Okafor Legal"],
    ["exportJson", '"name":"Okafor Legal"'],
  ]) {
    await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: t(`transfer.${action}`) }).click();
    const text = await readFile(await (await coming).path(), "utf8");
    assert.ok(text.replaceAll(": ", ":").includes(holds), text);
  }
});
