import { t } from "./texts.mjs";

export function row(page, name) {
  return page
    .getByRole("grid", { name: t("customers.title"), exact: true })
    .getByRole("link")
    .filter({ hasText: name });
}

export async function openCustomer(page, name) {
  await row(page, name).click();
  await page.getByRole("region", { name, exact: true }).waitFor();
}

export async function createCustomer(page, name) {
  await page
    .getByRole("button", { name: t("actions.newCustomer") })
    .first()
    .click();
  const dialog = page.getByRole("dialog", { name: t("customers.new.title") });
  await dialog.getByRole("textbox", { name: t("records.solo.customer.fields.name") }).fill(name);
  await dialog.getByRole("button", { name: t("customers.new.create") }).click();
  await page.getByRole("region", { name, exact: true }).waitFor();
}

/** A value of the open customer that can be edited; with `text`, once it shows just this. */
export function value(page, field, text) {
  const shown = page.locator(`[data-field="${field}"]`);
  return text === undefined ? shown : shown.and(page.getByText(text, { exact: true }));
}

/** Opens the editor of a field and writes into it, without leaving it. */
export async function write(page, field, text) {
  await value(page, field).click();
  const editor = page.getByRole("textbox", { name: t(`records.solo.customer.fields.${field}`), exact: true });
  await editor.fill(text);
  return editor;
}

/** Writes and saves; returns when the key was pressed, in milliseconds since 1970. */
export async function edit(page, field, text) {
  const editor = await write(page, field, text);
  const pressedAt = Date.now();
  await editor.press("Enter");
  return pressedAt;
}

/** When the open customer showed this value, in milliseconds since 1970. */
export async function seen(page, field, text) {
  const found = await page.waitForFunction(
    ([field, text]) => document.querySelector(`[data-field="${field}"]`)?.textContent === text && Date.now(),
    [field, text],
    { polling: "raf" },
  );
  return found.jsonValue();
}
