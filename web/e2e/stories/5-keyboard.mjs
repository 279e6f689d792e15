import assert from "node:assert/strict";
import { createCustomer, openCustomer, value } from "../support/customers.mjs";
import { showsFocus, tabTo } from "../support/focus.mjs";
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
  await showsFocus(page, page.getByRole("textbox", { name: t("identity.email") }));
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

  const phone = t("records.solo.customer.fields.phone");
  assert.deepEqual(await tabTo(page, `${phone}: ${t("customers.add.phone")}`), []);
  await keyboard.press("Enter");
  await showsFocus(page, page.getByRole("textbox", { name: phone }));
  await keyboard.type("+46 8 123 45 67");
  await keyboard.press("Enter");
  await showsFocus(page, value(page, "phone", "+46 8 123 45 67"));
  await page.reload();
  await value(page, "phone", "+46 8 123 45 67").waitFor();

  await keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("textbox").waitFor();
  await keyboard.type("sign out");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: t("signOut.title") });
  await showsFocus(page, question.getByRole("button", { name: t("actions.signOut") }));
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
});

story(import.meta, "Escape closes what lies on top, and nothing below it", async (world) => {
  const { page } = await founder(world);
  await createCustomer(page, "Harbour Works");
  const customer = page.getByRole("region", { name: "Harbour Works" });
  const openers = {
    palette: () => page.keyboard.press("Control+k"),
    help: () => page.keyboard.press("?"),
    "new customer": () => page.keyboard.press("n"),
    "delete question": () => page.keyboard.press("Control+Delete"),
    "connection status": () =>
      page.getByRole("button", { name: t("status.live.label"), exact: true }).click(),
  };
  const wrong = [];
  for (const [name, open] of Object.entries(openers)) {
    await open();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    if (await customer.isVisible()) continue;
    wrong.push(name);
    await openCustomer(page, "Harbour Works");
  }
  assert.deepEqual(wrong, []);

  await page.keyboard.press("Escape");
  await customer.waitFor({ state: "detached" });
});
