import assert from "node:assert/strict";
import { edit, openCustomer, row, value } from "../support/customers.mjs";
import { colleague, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers, newId, overSocket } from "../support/wire.mjs";

async function ownerAndViewer(world) {
  const owner = await founder(world);
  const [id] = await enterCustomers(owner, [{ name: "Harbour Works", phone: "+46 8 123 45 67" }]);
  const viewer = await colleague(world, owner, { name: "Jule Brandt", role: "viewer" });
  await openCustomer(viewer.page, "Harbour Works");
  return { owner, viewer, id };
}

story(import.meta, "A viewer sees everything and is offered no way to change it", async (world) => {
  const { page } = (await ownerAndViewer(world)).viewer;
  const customer = page.getByRole("region", { name: "Harbour Works" });
  await customer.getByText("+46 8 123 45 67").waitFor();
  await customer.getByText(t("list.viewOnly")).waitFor();
  assert.deepEqual(await customer.getByRole("button").evaluateAll(namesOf), [t("actions.close")]);
  assert.equal(await customer.locator("input, select, textarea, [contenteditable], [role=radio]").count(), 0);
  assert.equal(await page.getByRole("button", { name: t("actions.newCustomer") }).count(), 0);

  for (const shortcut of ["n", "e", "Control+Delete"]) await page.keyboard.press(shortcut);
  assert.equal(await page.getByRole("dialog").count(), 0, "No shortcut opens what may not be done.");
  assert.equal(await page.getByRole("textbox", { name: t("records.solo.customer.fields.name") }).count(), 0);

  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.getByText(t("actions.searchCustomers")).waitFor();
  for (const forbidden of ["newCustomer", "edit", "delete"]) {
    assert.equal(await palette.getByText(t(`actions.${forbidden}`), { exact: true }).count(), 0);
  }
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });

  await page.getByRole("link", { name: t("people.title") }).click();
  await page
    .getByRole("list", { name: t("people.title") })
    .getByText("Mira Lindqvist")
    .waitFor();
  // Whoever is here may go.
  const offered = page.getByRole("main").locator("button, input");
  assert.equal(await offered.count(), 1);
  await offered.click();
  const menu = page.getByRole("menuitem");
  await menu.first().waitFor();
  assert.deepEqual(await menu.allTextContents(), [t("actions.leaveWorkspace")]);
});

function namesOf(buttons) {
  return buttons.map((button) => button.getAttribute("aria-label") ?? button.textContent);
}

story(
  import.meta,
  "A forged message of a viewer is refused, and nothing changes for anyone",
  async (world) => {
    const { owner, viewer, id } = await ownerAndViewer(world);
    await openCustomer(owner.page, "Harbour Works");
    const before = await heldByServer(owner);

    const type = "solo.customer";
    const { welcome, results } = await overSocket(viewer.page, viewer.workspace, {
      transactions: [
        [{ op: "set", type, id, field: "name", value: "Forged" }],
        [{ op: "create", type, id: newId(), values: { name: "Forged" } }],
        [{ op: "delete", type, id }],
        [
          {
            op: "set",
            type: "access.member",
            id: memberOf(before, viewer).id,
            field: "role",
            value: "owner",
          },
        ],
      ],
    });
    assert.equal(welcome.me.role, "viewer");
    assert.deepEqual(
      results.map(({ outcome, error }) => `${outcome} ${error.code}`),
      Array(4).fill("rejected permission.denied"),
    );
    assert.deepEqual(await heldByServer(owner), before);

    // What is sent after the forgery arrives, so the forgery would have arrived as well.
    await edit(owner.page, "phone", "+46 8 999 99 99");
    await viewer.page.getByText("+46 8 999 99 99").waitFor();
    await value(owner.page, "name", "Harbour Works").waitFor();
    for (const { page } of [owner, viewer]) {
      await row(page, "Harbour Works").waitFor();
      assert.equal(await page.getByText("Forged").count(), 0);
    }
  },
);

async function heldByServer({ page, workspace }) {
  const { records } = await overSocket(page, workspace, { scopes: ["solo.customers", "access.members"] });
  return records;
}

function memberOf(records, { user }) {
  return records.find(({ type, values }) => type === "access.member" && values.user === user);
}

story(import.meta, "Who becomes a viewer while looking loses every control at once", async (world) => {
  const owner = await founder(world);
  await enterCustomers(owner, [{ name: "Harbour Works" }]);
  const member = await colleague(world, owner);
  await openCustomer(member.page, "Harbour Works");
  await value(member.page, "phone").waitFor();

  const { page } = owner;
  await page.getByRole("link", { name: t("people.title") }).click();
  await page.getByRole("combobox", { name: t("people.roleOf", { name: member.name }) }).click();
  await page.getByRole("option", { name: t("roles.viewer.name") }).click();

  await member.page.getByRole("region").getByText(t("list.viewOnly")).first().waitFor();
  assert.equal(await member.page.locator("[data-field]").count(), 0);
});
