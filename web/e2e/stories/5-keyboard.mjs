import assert from "node:assert/strict";
import { value } from "../support/customers.mjs";
import { focused, tabTo } from "../support/focus.mjs";
import { connection, founder, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

story(import.meta, "Everything can be done by the keyboard, and the focus is always seen", async (world) => {
  const { email, page: elsewhere } = await founder(world).then(async (mira) => {
    await enterCustomers(mira, [{ name: "Harbour Works" }, { name: "Café Marea" }]);
    return mira;
  });
  await elsewhere.close();

  const page = await world.newcomer();
  const { keyboard } = page;
  await page.goto("/");
  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
  assert.deepEqual(await tabTo(page, t("landing.signIn")), []);
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: t("identity.signInTitle") }).waitFor();
  assert.deepEqual(await focused(page), { name: t("identity.email"), visible: true });
  await keyboard.type(email);
  assert.deepEqual(await tabTo(page, t("identity.password"), 1), []);
  await keyboard.type(password);
  await keyboard.press("Enter");
  await connection(page, "live").waitFor();

  await keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("textbox").waitFor();
  await keyboard.type("harbour");
  await page.getByRole("dialog").getByText("Harbour Works").waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await page.getByRole("region", { name: "Harbour Works" }).waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });

  const phone = t("customers.fields.phone");
  assert.deepEqual(await tabTo(page, `${phone}: ${t("customers.add.phone")}`), []);
  await keyboard.press("Enter");
  assert.deepEqual(await focused(page), { name: phone, visible: true });
  await keyboard.type("+46 8 123 45 67");
  await keyboard.press("Enter");
  await value(page, "phone", "+46 8 123 45 67").and(page.locator(":focus")).waitFor();
  assert.equal((await focused(page)).visible, true);
  await page.reload();
  await value(page, "phone", "+46 8 123 45 67").waitFor();

  await keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("textbox").waitFor();
  await keyboard.type("sign out");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await page.getByRole("dialog", { name: t("signOut.title") }).waitFor();
  assert.deepEqual(await focused(page), { name: t("actions.signOut"), visible: true });
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
});
