import { openCustomer } from "./customers.mjs";
import { connection } from "./people.mjs";
import { t } from "./texts.mjs";

/** The pictures of the guide by their names, in an order in which nothing of one is in the way of the next. */
export const scenes = {
  async "first-day"({ page, at }) {
    await open(page, at("customers"));
    await page.getByText("Harbour Street Bakery").first().waitFor();
  },
  async palette({ page }) {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("textbox").fill("ne");
    await page.getByRole("dialog").getByText(t("actions.newCustomer")).waitFor();
  },
  async customer({ page, at }) {
    await open(page, at("customers"));
    await openCustomer(page, "Harbour Street Bakery");
    await page.getByText("Marta Lindqvist").first().waitFor();
  },
  async project({ page, at }) {
    await open(page, at("projects"));
    await page
      .getByRole("link", { name: /^Website with orders/u })
      .first()
      .click();
    await page.getByText("Build the order form").waitFor();
  },
  async board({ page, at }) {
    await open(page, at("projects?view=board"));
    await page.getByText("Website with orders").waitFor();
  },
  async filter({ page, at }) {
    await open(page, at("customers?status=active"));
    await page
      .getByRole("button", { name: new RegExp(`^${t("list.filter.title")}`, "u") })
      .first()
      .click();
    await page.getByRole("combobox", { name: t("records.solo.customer.fields.currency") }).waitFor();
  },
  async fields({ page, at }) {
    await open(page, at("settings"));
    await page.getByText("Oven").first().waitFor();
    await page.getByRole("heading", { name: t("fields.title") }).scrollIntoViewIfNeeded();
  },
  async import({ page, at }) {
    await open(page, at("customers"));
    await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
    await page.getByRole("menuitem", { name: t("transfer.import") }).click();
    const western = [
      ...Buffer.from("Name;E-mail\nCaf"),
      0xe9,
      ...Buffer.from(" Marea;hola@cafemarea.example"),
    ];
    const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(western) };
    await page.getByRole("dialog").locator('input[type="file"]').setInputFiles(file);
    await page.getByRole("button", { name: t("transfer.check") }).waitFor();
  },
  async people({ page, at }) {
    await open(page, at("people"));
    await page.getByRole("list", { name: t("invites.open") }).waitFor();
  },
  async switcher({ page, at }) {
    await open(page, at("customers"));
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await page.getByRole("menu").waitFor();
  },
  async shortcuts({ page, at }) {
    await open(page, at("customers"));
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: t("shortcuts.title") }).waitFor();
  },
  async offline({ page, at }) {
    await open(page, at("customers"));
    await openCustomer(page, "Harbour Street Bakery");
    await page.context().setOffline(true);
    await page.locator('[data-field="phone"]').click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("+49 40 5557 011");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByRole("button").last().click();
    await page.getByText(t("status.queue")).waitFor();
  },
};

async function open(page, path) {
  await page.goto(path);
  await connection(page, "live").waitFor();
}
