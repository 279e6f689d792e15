import assert from "node:assert/strict";
import { german, t } from "./texts.mjs";

/** Waits until the input of this label is marked as wrong and says why beside itself, to eyes and screen readers. */
export async function complains(page, label, text) {
  await page.getByText(text, { exact: true }).first().waitFor();
  const input = page.getByRole("textbox", { name: label, exact: true });
  const marked = input.and(page.locator("[aria-invalid=true], [data-invalid=true]"));
  const said = await marked.evaluate((element) =>
    element
      .getAttribute("aria-describedby")
      .split(/\s+/u)
      .map((id) => document.getElementById(id)?.textContent),
  );
  assert.ok(said.includes(text), `'${label}' says: ${said.join(" / ")}`);
}

export async function speakGerman(page) {
  await page.getByRole("button", { name: t("preferences.title") }).click();
  await page.getByRole("menu").getByText("Deutsch", { exact: true }).click();
  await page.getByRole("button", { name: german("preferences.title") }).waitFor();
}
