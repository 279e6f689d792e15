import assert from "node:assert/strict";
import { openCustomer } from "../support/customers.mjs";
import { connection, founder, password } from "../support/people.mjs";
import { routes } from "../support/routes.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";
import { enterCustomers, enterRecords } from "../support/wire.mjs";

/** The pages on which somebody may be signed in but that are about arriving. */
const arriving = /^\/(address\/.*|forgot|join|keep|leaving|reset|sign-in|sign-up|verify)?$/u;

story(
  import.meta,
  "A password can be pasted, and a manager of passwords knows what each field is for",
  async (world) => {
    const mira = await founder(world);
    const page = await world.newcomer();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto("/sign-up");
    await page.locator('input[autocomplete="new-password"]').first().waitFor();
    assert.equal(
      await page.locator('input[autocomplete="username"], input[autocomplete="email"]').count(),
      1,
    );

    await page.goto("/sign-in");
    const field = page.locator('input[type="password"][autocomplete="current-password"]');
    await page.locator('input[autocomplete="username"]').fill(mira.email);
    await page.evaluate((text) => navigator.clipboard.writeText(text), password);
    await field.press("Control+v");
    assert.equal(await field.inputValue(), password);
    await field.press("Enter");
    await connection(page, "live").waitFor();
  },
  { asvs: ["6.2.7"] },
);

story(
  import.meta,
  "Every page of somebody signed in has a way to sign out",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    world.product.command("operator", "add", mira.email);
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    const [project] = await enterRecords(mira, [{ type: "solo.project", values: { name: "Website" } }]);
    await openCustomer(page, "Harbour Works");
    const customer = new URL(page.url()).pathname.split("/").at(-1);
    const of = { customers: customer, projects: project };
    for (const route of routes().filter((one) => !arriving.test(one))) {
      const path = route
        .replace("/w/$", `/w/${mira.workspace}`)
        .replace(/(\w+)\/\$$/u, (_, kind) => `${kind}/${of[kind]}`);
      await page.goto(path);
      const menu = page.getByRole("button", { name: t("navigation.userMenu", { name: mira.name }) });
      const way = page.getByRole("button", { name: t("actions.signOut"), exact: true });
      await menu.or(way).first().waitFor();
      if (await way.isVisible()) continue;
      await menu.click();
      await page.getByRole("menuitem", { name: t("actions.signOut") }).waitFor();
      await page.keyboard.press("Escape");
    }
  },
  { asvs: ["7.4.4"] },
);

story(
  import.meta,
  "What the browser keeps holds neither the password nor the session",
  async (world) => {
    const mira = await founder(world);
    const { page } = mira;
    await enterCustomers(mira, [{ name: "Harbour Works" }]);
    await openCustomer(page, "Harbour Works");
    const kept = await page.evaluate(everything);
    assert.ok(kept.includes("Harbour Works"), "It was looked at where the records are.");
    const cookies = await page.context().cookies();
    assert.ok(cookies.length > 0);
    for (const secret of [password, ...cookies.map(({ value }) => value)])
      assert.ok(!kept.includes(secret), "A secret stands in what the browser keeps.");
    assert.equal(await page.evaluate(() => document.cookie), "");
  },
  { asvs: ["14.3.3"] },
);

/** All that a page has kept, as one text: its databases, notes, and caches with their answers. */
async function everything() {
  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const held = database.transaction(store).objectStore(store);
      found.push(JSON.stringify([await asked(held.getAllKeys()), await asked(held.getAll())]));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      found.push(request.url, await answer.text());
    }
  }
  return found.join("\n");
}

story(
  import.meta,
  "A link that asks for another site leads to this one after signing in",
  async (world) => {
    const mira = await founder(world);
    const wanted = [
      "//evil.example/x",
      "/\\evil.example",
      "https://evil.example/",
      "/.//evil.example",
      "javascript:alert(1)",
    ];
    for (const to of wanted) {
      const page = await world.newcomer();
      await page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
      const here = new URL(page.url()).origin;
      await page.locator('input[autocomplete="username"]').fill(mira.email);
      await page.locator('input[autocomplete="current-password"]').fill(password);
      await page.keyboard.press("Enter");
      await connection(page, "live").waitFor();
      assert.equal(new URL(page.url()).origin, here);
      assert.match(new URL(page.url()).pathname, /^\/w\//u);
    }
  },
  { asvs: ["3.7.2"] },
);
