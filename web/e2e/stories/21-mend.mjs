import assert from "node:assert/strict";
import { everyLook, Faults, look } from "../support/looks.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterRecords } from "../support/wire.mjs";

const field = (name) => t(`records.solo.project.fields.${name}`);

story(
  import.meta,
  "A project whose code was taken meanwhile gets another, and what was planned in it arrives too",
  async (world) => {
    world.expectInConsole(/ERR_INTERNET_DISCONNECTED|Connection closed|closed before/u);
    const faults = new Faults();
    const mira = await founder(world);
    const tomas = await colleague(world, mira);
    const { page } = mira;
    await page.goto(`/w/${mira.workspace}/projects`);
    await connection(page, "live").waitFor();
    await page.context().setOffline(true);
    await connection(page, "offline").waitFor();
    await page.keyboard.press("n");
    await page.getByRole("textbox", { name: field("name") }).fill("New website");
    await page.getByRole("textbox", { name: field("code") }).fill("WEB");
    await page.keyboard.press("Enter");
    const region = page.getByRole("region", { name: "New website" });
    await region.waitFor();
    await page.keyboard.press("t");
    await page.keyboard.type("Design");
    await page.keyboard.press("Enter");
    await region.getByText("Design").waitFor();
    // How many wait is said where there is little room as well.
    for (const each of everyLook) await look(page, "offline-unsent", each, faults);
    await page.setViewportSize({ width: 375, height: 812 });
    const sign = page.getByRole("button", { name: t("status.unsent_other", { count: 2 }) });
    await sign.getByText("2", { exact: true }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });

    await enterRecords(tomas, [{ type: "solo.project", values: { name: "Webshop", code: "WEB" } }]);
    await page.context().setOffline(false);
    await page.getByRole("button", { name: t("status.needsYou.label_one", { count: 1 }) }).click();
    const letters = page
      .getByRole("listitem")
      .filter({ hasText: t("letters.create", { name: "New website" }) });
    await letters.getByText(t("letters.held_one", { count: 1 })).waitFor();
    for (const each of everyLook) await look(page, "refused-project", each, faults);
    await letters.getByRole("button", { name: t("letters.mend") }).click();
    const dialog = page.getByRole("dialog", { name: t("letters.create", { name: "New website" }) });
    const code = dialog.getByRole("textbox", { name: field("code") });
    assert.equal(await code.inputValue(), "WEB");
    assert.equal(await code.getAttribute("aria-invalid"), "true");
    assert.ok(await code.evaluate((element) => element === document.activeElement));
    for (const each of everyLook) await look(page, "mend-project", each, faults);
    await code.fill("WEB2");
    await dialog.getByRole("button", { name: t("letters.sendAgain") }).click();
    await connection(page, "live").waitFor();

    await tomas.page.goto(`/w/${tomas.workspace}/projects`);
    await tomas.page.getByRole("link").filter({ hasText: "New website" }).click();
    const there = tomas.page.getByRole("region", { name: "New website" });
    await there.getByText("Design").waitFor();
    await there.getByText("WEB2", { exact: true }).first().waitFor();
    faults.assertNone();
  },
);
