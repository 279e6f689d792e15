import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { colleague, connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { english, german } from "../support/texts.mjs";
import { enterCustomers } from "../support/wire.mjs";

const t = english;
const kind = t("work.kinds.workspaceExport");

/** So many that the export is seen on its way. */
const many = Array.from({ length: 40 }, (_, index) => ({ name: `Customer ${index}` }));

async function openSettings(person) {
  await person.page.goto(`/w/${person.workspace}/settings`);
  await connection(person.page, "live").waitFor();
}

function row(page, state) {
  return page
    .getByRole("list", { name: t("export.title") })
    .getByText(t(`work.states.${state}`), { exact: true });
}

story(
  import.meta,
  "An owner exports the workspace, sees how far it is on every page, and downloads the file",
  async (world) => {
    const mira = await founder(world);
    await enterCustomers(mira, many);
    const { page } = mira;
    const faults = new Faults();
    await openSettings(mira);
    // An earlier story may have made it; it says which one there is then.
    world.product.command("backup", "key");
    const begin = page.getByRole("button", { name: t("export.begin") });
    await begin.click();
    await row(page, "done").waitFor();
    for (const each of everyLook) await look(page, "export-done", each, faults);

    // It is known on every page, and on the other pages of the same person, without a reload.
    await page.goto(`/w/${mira.workspace}/customers`);
    const status = page.getByRole("button", {
      name: t("work.about", { kind, state: t("work.states.done") }),
    });
    await status.click();
    const panel = page.getByRole("list", { name: t("work.title") });
    const link = panel.getByRole("button", {
      name: new RegExp(`^${t("export.download", { until: "" })}`, "u"),
    });
    await link.waitFor();
    for (const each of everyLook) await look(page, "work", each, faults);
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.match(download.suggestedFilename(), /^Nordlicht Studio \d{4}-\d\d-\d\d\.holdfast$/u);
    const lines = gunzipSync(await readFile(await download.path()))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    assert.equal(
      lines.filter((line) => line.includes('"Customer 7"') && line.startsWith('{"record"')).length,
      1,
    );
    await panel.getByText(t("work.steps.fetched_one")).waitFor();

    await panel.getByRole("button", { name: t("work.putAway", { kind }) }).click();
    await status.waitFor({ state: "detached" });

    const tomas = await colleague(world, mira);
    await openSettings({ ...tomas, workspace: mira.workspace });
    await tomas.page.getByRole("heading", { name: t("settings.general") }).waitFor();
    assert.equal(await tomas.page.getByRole("button", { name: t("export.begin") }).count(), 0);

    await page.evaluate(() => localStorage.setItem("holdfast.language", "de"));
    await openSettings(mira);
    await page.getByRole("heading", { name: german("export.title") }).waitFor();
    for (const each of narrowAndWide) await look(page, "settings-de", each, faults);
    faults.assertNone();
  },
);
