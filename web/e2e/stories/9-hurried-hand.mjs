import assert from "node:assert/strict";
import { openCustomer, row, value, write } from "../support/customers.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

/** Two clicks at one place, as an impatient hand makes them. */
async function clickTwice(page, button) {
  const { x, y, width, height } = await button.boundingBox();
  await page.mouse.dblclick(x + width / 2, y + height / 2, { delay: 60 });
}

story(
  import.meta,
  "A button that is clicked twice acts once, and nothing below it acts at all",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    await page.keyboard.press("n");
    const dialog = page.getByRole("dialog", { name: t("customers.new.title") });
    await dialog.getByRole("textbox", { name: t("records.solo.customer.fields.name") }).fill("Harbour Works");
    await dialog.getByRole("button", { name: t("customers.new.create") }).evaluate((button) => {
      button.click();
      button.click();
    });
    await page.getByRole("region", { name: "Harbour Works" }).waitFor();
    await connection(page, "live").waitFor();
    assert.equal(await row(page, "Harbour Works").count(), 1);

    await page.keyboard.press("Control+Delete");
    const question = page.getByRole("dialog", {
      name: t("list.delete.title", { name: "Harbour Works" }),
    });
    await page.evaluate(() => {
      window.below = 0;
      document.addEventListener("click", ({ target }) => {
        if (target.closest('[role="dialog"]') === null) window.below += 1;
      });
    });
    await clickTwice(page, question.getByRole("button", { name: t("actions.delete") }));
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
    assert.equal(await page.evaluate(() => window.below), 0);
    await connection(page, "live").waitFor();
  },
);

story(
  import.meta,
  "What is still being typed is saved by leaving: the field, the customer, the page",
  async (world) => {
    const mira = await founder(world);
    await enterCustomers(mira, [{ name: "Harbour Works", tags: ["web"] }, { name: "Café Marea" }]);
    const { page } = mira;
    await openCustomer(page, "Harbour Works");

    const typing = async (tag) => {
      await value(page, "tags").click();
      await page
        .getByRole("combobox", { name: t("records.solo.customer.fields.tags") })
        .pressSequentially(tag);
    };
    await typing("print");
    await page.keyboard.press("Tab");
    await value(page, "tags").getByText("print", { exact: true }).waitFor();
    await typing("brand");
    await page.getByRole("heading", { name: t("customers.groups.billing") }).click();
    await value(page, "tags").getByText("brand", { exact: true }).waitFor();

    await write(page, "phone", "+46 8 1");
    await page.goBack();
    await openCustomer(page, "Harbour Works");
    await value(page, "phone", "+46 8 1").waitFor();
    await write(page, "phone", "+46 8 2");
    await page.reload();
    await value(page, "phone", "+46 8 2").waitFor();
    for (const tag of ["web", "print", "brand"])
      await value(page, "tags").getByText(tag, { exact: true }).waitFor();

    await write(page, "name", "");
    await page.keyboard.press("Tab");
    await page.getByText(t("errors.field.required")).waitFor();
    await page.keyboard.press("Escape");
    await value(page, "name", "Harbour Works").waitFor();
  },
);

story(import.meta, "A search that is far too long loads again", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const { page } = mira;
  const search = page.getByRole("textbox", { name: t("actions.searchCustomers") });
  await search.fill("zebra ".repeat(1_700));
  await page.getByRole("heading", { name: t("list.none.title") }).waitFor();
  assert.equal((await page.reload()).status(), 200);
});

story(import.meta, "On a phone nothing lingers, and the list says what its filter hides", async (world) => {
  const touch = { hasTouch: true, isMobile: true, viewport: { width: 375, height: 812 } };
  const { page } = await founder(world, { options: touch });
  const create = page.getByRole("button", { name: t("actions.newCustomer") }).first();
  const dialog = page.getByRole("dialog", { name: t("customers.new.title") });
  await create.tap();
  await dialog.getByRole("button", { name: t("common.close") }).tap();
  await dialog.waitFor({ state: "detached" });
  await create.and(page.locator(":focus")).waitFor();
  assert.equal(await page.getByRole("tooltip").and(page.locator(":visible")).count(), 0);

  await create.tap();
  await dialog.getByRole("textbox", { name: t("records.solo.customer.fields.name") }).fill("Harbour Works");
  await dialog.getByRole("button", { name: t("customers.new.create") }).tap();
  await page.getByRole("button", { name: t("record.back") }).tap();
  await page.getByRole("textbox", { name: t("actions.searchCustomers") }).fill("harbour");
  await create.tap();
  await dialog.getByRole("textbox", { name: t("records.solo.customer.fields.name") }).fill("Café Marea");
  await dialog.getByRole("button", { name: t("customers.new.create") }).tap();
  await page.getByRole("button", { name: t("record.back") }).tap();
  await page.getByText(t("list.hidden", { name: "Café Marea" })).waitFor();
  await page.getByRole("button", { name: t("list.showAll") }).tap();
  await row(page, "Café Marea").waitFor();
  await row(page, "Harbour Works").waitFor();
});

story(import.meta, "Who looks at a customer that is deleted is told by whom", async (world) => {
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const tomas = await colleague(world, mira);
  for (const { page } of [mira, tomas]) await openCustomer(page, "Harbour Works");
  await tomas.page.keyboard.press("Control+Delete");
  await tomas.page.getByRole("button", { name: t("actions.delete"), exact: true }).click();
  await mira.page
    .getByRole("heading", { name: t("record.deleted.title", { name: "Harbour Works" }) })
    .waitFor();
  await mira.page.getByText(t("record.deleted.text", { name: tomas.name })).waitFor();
});
