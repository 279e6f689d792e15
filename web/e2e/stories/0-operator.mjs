import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { call, founder, operator } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { english, german } from "../support/texts.mjs";

/** What no story brings about in the product itself: a backup that is not sound, consumers that fail, series. */
const trouble = {
  backups: {
    place: "/srv/backup/holdfast",
    keepDays: 30,
    trouble: null,
    backups: [
      {
        name: "2026-11-20T02-00-11Z",
        kind: "base",
        startedAt: new Date(Date.now() - 7_300_000).toISOString(),
        finishedAt: new Date(Date.now() - 7_200_000).toISOString(),
        bytes: 48_200_000,
      },
    ],
    trial: {
      backup: "2026-11-20T02-00-11Z",
      triedAt: new Date(Date.now() - 3_600_000).toISOString(),
      age: 420,
      restoreSeconds: 12.4,
      workspaces: 3,
      entries: 18_240,
      findings: 7,
      found: [1, 2, 3, 4, 5].map(
        (seq) =>
          `workspace 019aa7f2-5c1e-7d30-9b7a-2f64d6a9c001: entry ${seq}: its digest is not that of what it holds`,
      ),
    },
  },
  consumers: {
    consumers: [
      {
        consumer: "solo.index",
        isPaused: false,
        canRebuild: true,
        workspaces: 12,
        dirty: 0,
        failing: 0,
        lag: 0,
        oldest: null,
      },
      {
        consumer: "solo.notify",
        isPaused: false,
        canRebuild: false,
        workspaces: 12,
        dirty: 2,
        failing: 1,
        lag: 1240,
        oldest: 5400,
      },
      {
        consumer: "solo.usage",
        isPaused: true,
        canRebuild: true,
        workspaces: 12,
        dirty: 1,
        failing: 0,
        lag: 3,
        oldest: 42,
      },
    ],
    behind: [
      {
        consumer: "solo.notify",
        workspaceId: "019aa7f2-5c1e-7d30-9b7a-2f64d6a9c001",
        seq: 118,
        next: 119,
        head: 1358,
        attempts: 7,
        error:
          "System.InvalidOperationException: The template 'invoice.overdue' has no text in the language 'lb'.",
        failingSince: new Date(Date.now() - 5_400_000).toISOString(),
        retryAt: new Date(Date.now() + 300_000).toISOString(),
      },
      {
        consumer: "solo.usage",
        workspaceId: "019aa7f2-5c1e-7d30-9b7a-2f64d6a9c002",
        seq: 40,
        next: 41,
        head: 43,
        attempts: 0,
        error: null,
        failingSince: null,
        retryAt: null,
      },
    ],
  },
  locks: {
    locks: [
      {
        user: "019aa7f2-5c1e-7d30-9b7a-2f64d6a9c011",
        name: "Tomás Okafor",
        email: "tomas.okafor@example.com",
        seconds: 512,
      },
    ],
  },
  series: {
    series: [
      {
        name: "proxy.traffic",
        values: ["bytes_in", "bytes_out"],
        tables: [
          {
            holds: "points",
            parts: 38,
            from: "2026-10-22T00:00:00Z",
            to: "2026-11-28T00:00:00Z",
            hasNow: true,
            bytes: 184_000_000,
            rows: 1_204_000,
            keepDays: 30,
          },
          {
            holds: "hours",
            parts: 15,
            from: "2025-10-01T00:00:00Z",
            to: "2026-12-01T00:00:00Z",
            hasNow: true,
            bytes: 9_200_000,
            rows: 61_000,
            keepDays: 400,
          },
          { holds: "days", parts: 0, from: null, to: null, hasNow: false, bytes: 0, rows: 0, keepDays: 3660 },
        ],
      },
    ],
  },
};

/** Only the page is looked at here: what the server says of consumers and series its own tests show. */
async function withTrouble(page, look) {
  for (const part of Object.keys(trouble))
    await page.route(`**/api/operator/${part}`, (route) => route.fulfill({ json: trouble[part] }));
  await look();
  await page.unrouteAll({ behavior: "wait" });
}

/** Clicks a button, says yes where it asks, and waits for what the server is then asked for. */
async function asksFor(page, within, button, address) {
  await page.route(address, (route) => route.fulfill({ status: 204 }));
  const asked = page.waitForRequest(address);
  const name = english(`operator.${button}`);
  await within.getByText(name, { exact: true }).first().click();
  if (button !== "tryAgain")
    await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  await asked;
}

/** The page is longer than the window: the rest of it are more pictures. */
async function lookWhole(page, screen, each, faults) {
  await page.getByRole("heading", { name: english("operator.backups") }).scrollIntoViewIfNeeded();
  await look(page, `${screen}-backups`, each, faults);
  await page.getByRole("heading", { name: english("operator.consumers") }).scrollIntoViewIfNeeded();
  await look(page, screen, each, faults);
  await page.getByRole("heading", { name: english("operator.series") }).scrollIntoViewIfNeeded();
  await look(page, `${screen}-series`, each, faults);
  await page.getByRole("list", { name: english("operator.locks") }).scrollIntoViewIfNeeded();
  await look(page, `${screen}-locks`, each, faults);
}

story(
  import.meta,
  "Whoever runs the server sees how it works and pauses it; nobody else does",
  async (world) => {
    const t = english;
    const { page, name, workspace } = await operator(world);
    await page.getByRole("button", { name: t("navigation.userMenu", { name }) }).click();
    await page.getByRole("menuitem", { name: t("actions.openOperator") }).click();
    await page
      .getByRole("list", { name: t("operator.workers") })
      .getByText(t("operator.alive"))
      .waitFor();
    const queue = page.getByRole("button", {
      name: t("operator.pauseQueue", { queue: t("operator.names.default") }),
    });
    const resume = page.getByRole("button", {
      name: t("operator.resumeQueue", { queue: t("operator.names.default") }),
    });
    await queue.click();
    await resume.waitFor();
    const faults = new Faults();
    for (const each of everyLook) await look(page, "operator", each, faults);
    await withTrouble(page, async () => {
      const consumers = page.getByRole("list", { name: t("operator.behind") });
      await consumers
        .getByRole("button", { name: t("operator.skip") })
        .first()
        .waitFor();
      for (const each of everyLook) await lookWhole(page, "operator-trouble", each, faults);
      const all = page.getByRole("list", { name: t("operator.consumers") });
      await asksFor(page, all, "rebuild", /solo\.index\/rebuild$/u);
      await asksFor(page, consumers, "tryAgain", /solo\.notify\/workspaces\/[^/]+\/retry$/u);
      const locked = page.getByRole("list", { name: t("operator.locks") });
      await page.route(/locks\/[^/]+\/unlock$/u, (route) => route.fulfill({ status: 204 }));
      const unlocked = page.waitForRequest(/locks\/019aa7f2-5c1e-7d30-9b7a-2f64d6a9c011\/unlock$/u);
      await locked.getByRole("button", { name: t("operator.unlockOne", { name: "Tomás Okafor" }) }).click();
      await unlocked;
      await asksFor(page, consumers, "skip", /solo\.notify\/workspaces\/[^/]+\/entries\/119\/skip$/u);
    });
    // What stands in the way of all parts is said once: more than one would be refused here.
    world.expectInConsole(/status of 503/u);
    const problem = { type: "about:blank", title: "", status: 503, detail: "", code: "server.error" };
    await page.route("**/api/operator/*", (route) => route.fulfill({ status: 503, json: problem }));
    const parts = ["jobs", "backups", "consumers", "series"];
    await Promise.all(parts.map((part) => page.waitForResponse(`**/api/operator/${part}`)));
    await page
      .getByRole("alert")
      .filter({ hasText: t("errors.server.error") })
      .waitFor();
    await page.unrouteAll({ behavior: "wait" });
    await page.getByRole("alert").waitFor({ state: "detached" });
    await resume.click();
    await queue.waitFor();

    // A queue that stands still keeps an export where it can be looked at.
    world.expectInConsole(/status of 409/u);
    await call(page, "POST", "/api/operator/queues/exports/pause", {});
    await page.goto(`/w/${workspace}/settings`);
    const begin = page.getByRole("button", { name: t("export.begin") });
    await begin.click();
    await page.getByText(t("errors.export.no_key")).waitFor();
    for (const each of narrowAndWide) await look(page, "export-no-key", each, faults);
    world.product.command("backup", "key");
    await begin.click();
    const exports = page.getByRole("list", { name: t("export.title") });
    await exports.getByText(t("work.states.waiting"), { exact: true }).waitFor();
    for (const each of everyLook) await look(page, "export-waiting", each, faults);
    await exports
      .getByRole("button", { name: t("work.cancelRun", { kind: t("work.kinds.workspaceExport") }) })
      .click();
    await call(page, "POST", "/api/operator/queues/exports/resume", {});
    await exports.getByText(t("work.states.cancelled"), { exact: true }).waitFor();
    await page.goto("/operator");
    await queue.waitFor();

    const other = await founder(world, { name: "Tomás Okafor", workspace: "Elsewhere" });
    await other.page.goto("/operator");
    await other.page.getByRole("heading", { name: t("operator.notYou") }).waitFor();
    for (const each of narrowAndWide) await look(other.page, "operator-not-you", each, faults);
    world.product.command("operator", "add", other.email);
    await other.page.getByRole("heading", { name: t("operator.title") }).waitFor();

    await page.evaluate(() => localStorage.setItem("holdfast.language", "de"));
    await page.reload();
    await page.getByRole("heading", { name: german("operator.title") }).waitFor();
    for (const each of narrowAndWide) await look(page, "operator-de", each, faults);
    faults.assertNone();
  },
);
