import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everyLook, Faults, look } from "../support/looks.mjs";
import { call, operator as runs } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterRecords, overSocket } from "../support/wire.mjs";

/** A founder who runs the server, looking at how it stands. */
async function operator(world) {
  const mira = await runs(world);
  await mira.page.goto("/operator");
  return mira;
}

const list = (page, key) => page.getByRole("list", { name: t(`operator.${key}`) });
const button = (page, key, values) => page.getByRole("button", { name: t(`operator.${key}`, values) });

story(
  import.meta,
  "A job that failed is tried again by the operator, and comes to its end once nothing stands in its way",
  async (world) => {
    const mira = await operator(world);
    const { page, workspace } = mira;
    const [taken] = await enterRecords(mira, [
      { type: "solo.project", values: { name: "Old", code: "WEB" } },
    ]);
    await call(page, "POST", `/api/workspaces/${workspace}/records/solo.project/import`, {
      csv: "Name,Code\nNew website,WEB",
      columns: { Name: "name", Code: "code" },
      dryRun: false,
    });
    const failed = list(page, "failed").getByRole("listitem");
    await failed.getByText("Nordlicht Studio").waitFor();
    const faults = new Faults();
    for (const each of everyLook) {
      await failed.first().scrollIntoViewIfNeeded();
      await look(page, "operator-failed", each, faults);
    }
    faults.assertNone();
    const removed = [{ op: "delete", type: "solo.project", id: taken }];
    await overSocket(page, workspace, { transactions: [removed] });
    await button(page, "tryAgainJob", { kind: t("work.kinds.recordsImport") }).click();
    await failed.filter({ hasText: "Nordlicht Studio" }).waitFor({ state: "detached" });
    await page.goto(`/w/${workspace}/projects`);
    await page.getByText("New website").first().waitFor();
  },
);

story(import.meta, "A consumer is paused and resumed by the operator", async (world) => {
  const { page } = await operator(world);
  const name = t("operator.names.budgets");
  const consumer = list(page, "consumers").getByRole("listitem").filter({ hasText: name });
  await button(page, "pauseConsumer", { name }).click();
  await consumer.getByText(t("operator.paused"), { exact: true }).waitFor();
  await button(page, "resumeConsumer", { name }).click();
  await button(page, "pauseConsumer", { name }).waitFor();
  await consumer.getByText(t("operator.upToDate"), { exact: true }).waitFor();
});

story(import.meta, "A backup is made and seen to restore at the operator's word", async (world) => {
  world.expectInConsole(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Connection closed/u);
  const { page } = await operator(world);
  await page.getByText(t("operator.noBackups")).waitFor();
  const place = await mkdtemp(join(tmpdir(), "holdfast-backup-"));
  try {
    await world.product.kill();
    world.product.command("backup", "key");
    await world.product.start("--backup", place);
    const backups = list(page, "backups");
    // The first one is made by itself.
    await backups.getByText("1", { exact: true }).waitFor();
    await button(page, "makeBackup").click();
    await backups.getByText("2", { exact: true }).waitFor();
    await backups.getByText(t("operator.untried"), { exact: true }).waitFor();
    await button(page, "tryBackup").click();
    await backups.getByText(t("operator.sound"), { exact: true }).waitFor({ timeout: 120_000 });
  } finally {
    // The next story begins without.
    await world.product.kill();
    await rm(place, { recursive: true, force: true });
  }
});
