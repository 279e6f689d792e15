import assert from "node:assert/strict";
import { edit, openCustomer, row, value } from "../support/customers.mjs";
import { keptOf, nothingKept } from "../support/kept.mjs";
import { connection, fill, founder, password } from "../support/people.mjs";
import { shellKept } from "../support/shell.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { until } from "../support/until.mjs";
import { enterCustomers, newId } from "../support/wire.mjs";

const away = [
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/u,
  /Connection closed|closed before the connection is established/u,
];

/** Someone with one customer open, whose last change the server has not heard of, for it is away. */
async function withUnsent(world) {
  world.expectInConsole(...away);
  const mira = await founder(world);
  await enterCustomers(mira, [{ name: "Harbour Works" }]);
  const { page } = mira;
  await openCustomer(page, "Harbour Works");
  await shellKept(page);
  await world.product.kill();
  await connection(page, "offline", "connecting").waitFor();
  await edit(page, "phone", "+46 8 1");
  await page.getByText(t("status.unsent_one", { count: 1 })).waitFor();
  return mira;
}

/** The box is ticked when it is known that nothing of anybody's would be lost. */
async function chooseShared(page) {
  const box = page.getByRole("checkbox", { name: t("identity.shared") });
  await box.click();
  await box.and(page.locator(":checked")).waitFor();
}

story(import.meta, "Who signs out while something waits is asked, and can take it along", async (world) => {
  const { page, name } = await withUnsent(world);
  await page.getByRole("button", { name: t("navigation.userMenu", { name }) }).click();
  await page.getByRole("menuitem", { name: t("actions.signOut") }).click();
  const question = page.getByRole("dialog", { name: t("signOut.title") });
  await question.getByText(t("signOut.unsent_one", { count: 1 })).waitFor();
  const saved = page.waitForEvent("download");
  await question.getByRole("button", { name: t("status.export") }).click();
  await saved;
  await question.getByRole("button", { name: t("common.cancel") }).click();

  // On a page that sends nothing, what waits elsewhere counts as well.
  await page.goto("about:blank");
  await world.product.start();
  await page.goto("/new-workspace");
  await page.getByRole("button", { name: t("actions.signOut") }).click();
  await page.getByText(t("signOut.unsent_one", { count: 1 })).waitFor();
  await page.getByRole("button", { name: t("signOut.anyway") }).click();
  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
  assert.deepEqual(await keptOf(page), nothingKept);
});

story(import.meta, "On a computer of several people nothing is kept, and the page says so", async (world) => {
  const { page, email } = await founder(world);
  await shellKept(page);
  await page.context().clearCookies();
  await page.evaluate(() => localStorage.clear());
  await page.goto("/sign-in");
  await fill(page, { [t("identity.email")]: email, [t("identity.password")]: password });
  await chooseShared(page);
  await page.getByRole("button", { name: t("identity.signIn"), exact: true }).click();
  await connection(page, "live").waitFor();
  await page.getByText(t("status.storage.memoryLabel")).waitFor();
  assert.deepEqual(await keptOf(page), nothingKept);
});

story(import.meta, "Who signs up on such a computer can choose the same", async (world) => {
  const page = await world.newcomer();
  await page.goto("/sign-up");
  await fill(page, {
    [t("identity.name")]: "Mira Lindqvist",
    [t("identity.workspace")]: "Nordlicht Studio",
    [t("identity.email")]: "mira.shared@example.com",
    [t("identity.password")]: password,
  });
  await chooseShared(page);
  await page.getByRole("button", { name: t("identity.signUp"), exact: true }).click();
  await connection(page, "live").waitFor();
  await page.getByText(t("status.storage.memoryLabel")).waitFor();
  assert.deepEqual(await keptOf(page), nothingKept);
});

story(import.meta, "A browser that keeps nothing works all the same, and says so", async (world) => {
  const { page, workspace } = await founder(world);
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("This window keeps nothing.", "InvalidStateError");
    };
  });
  await page.goto(`/w/${workspace}/customers`);
  await connection(page, "live").waitFor();
  await page.getByText(t("status.storage.memoryLabel")).waitFor();
});

story(
  import.meta,
  "Without room a change is refused where one can see it, and made when there is room",
  async (world) => {
    const mira = await founder(world);
    const [id] = await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const { page } = mira;
    await openCustomer(page, "Harbour Works");
    const session = await page.context().newCDPSession(page);
    const room = (quotaSize) =>
      session.send("Storage.overrideQuotaForOrigin", {
        origin: new URL(page.url()).origin,
        ...(quotaSize !== null && { quotaSize }),
      });
    await room(1);
    const refusal = page.getByRole("alert").filter({ hasText: t("errors.storage.full") });
    const path = `/api/workspaces/${mira.workspace}/records/solo.customer/${id}`;
    // For up to half a minute Chromium goes by the room that it has counted before. Each change is refused or arrives, and
    // the next is made when it is known which; or it was kept with the last room, and there is none to note its number.
    let phone = 0;
    do {
      await edit(page, "phone", `+46 8 ${++phone}`);
      await until(
        page,
        async ([path, value, full, unsent, since]) => {
          const said = [...document.querySelectorAll("[role=alert]")].map(({ textContent }) => textContent);
          if (said.some((text) => text.includes(value) && text.includes(full))) return true;
          if (document.body.textContent.includes(unsent) && performance.now() > since + 5000) return true;
          return (await (await fetch(path)).json()).values.phone === value;
        },
        [
          path,
          `+46 8 ${phone}`,
          t("errors.storage.full"),
          t("status.unsent_one", { count: 1 }),
          await page.evaluate(() => performance.now()),
        ],
      );
    } while (!(await refusal.isVisible()));
    await room(null);
    await refusal.getByRole("button", { name: t("record.retry") }).click();
    await value(page, "phone", `+46 8 ${phone}`).waitFor();
    await refusal.waitFor({ state: "detached" });
    await connection(page, "live").waitFor();
  },
);

/** The real server, which leaves some customers out at first, so that there is something beyond. */
async function throughWindow(page, far) {
  await page.routeWebSocket("**/api/sync", (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(message);
      const isWhole = frame.t === "subOk" && frame.scope === "solo.customers" && frame.records;
      socket.send(
        isWhole
          ? JSON.stringify({
              ...frame,
              records: frame.records.filter(({ id }) => !far.includes(id)),
              more: true,
            })
          : message,
      );
    });
  });
}

story(import.meta, "A window says that there is more, and has the server look for it", async (world) => {
  world.expectInConsole(...away, /404 .*\/favicon\.ico$/u, /404 .*\/records\/solo\.customer\//u);
  const mira = await founder(world);
  const all = [{ name: "Harbour Works" }, { name: "Kelp House" }, { name: "Café Marea" }];
  const [far, farther] = await enterCustomers(mira, all);
  const page = await mira.page.context().newPage();
  await mira.page.close();
  await page.goto("/health/live");
  // What was kept of it is whole.
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
  });
  await throughWindow(page, [far, farther]);
  await page.goto(`/w/${mira.workspace}/customers?q=harbour`);
  await page.getByText(t("list.beyond.text")).waitFor();
  assert.equal(await row(page, "Harbour Works").count(), 0);
  await page.getByRole("button", { name: t("list.beyond.ask") }).click();
  await openCustomer(page, "Harbour Works");
  await edit(page, "phone", "+46 8 1");
  await value(page, "phone", "+46 8 1").waitFor();
  await connection(page, "live").waitFor();

  await page.goto(`/w/${mira.workspace}/customers/${far}`);
  await value(page, "phone", "+46 8 1").waitFor();
  // Another tab speaks for this one, and takes in what it found.
  const other = await page.context().newPage();
  await other.goto(`/w/${mira.workspace}/customers/${farther}`);
  await other.getByRole("region", { name: "Kelp House", exact: true }).waitFor();
  await other.goto(`/w/${mira.workspace}/customers/${newId()}`);
  await other.getByText(t("record.gone.title")).waitFor();
  await other.close();

  await shellKept(page);
  await world.product.kill();
  await page.getByText(t("list.beyond.offline")).waitFor();
  assert.ok(await page.getByRole("button", { name: t("list.beyond.ask") }).isDisabled());

  // What nobody could ask for is not said to be gone.
  await page.goto(`/w/${mira.workspace}/customers/${newId()}`);
  await page.getByText(t("record.unreached.title")).waitFor();
  await world.product.start();
  await page.getByText(t("record.gone.title")).waitFor({ timeout: 45_000 });
});
