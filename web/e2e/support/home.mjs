import { connection } from "./people.mjs";
import { t } from "./texts.mjs";

/** The widgets by what their title is called among the texts. */
const titles = {
  "home.needs": "home.needs.title",
  "home.news": "home.news.title",
  "home.actions": "home.actions.title",
  "solo.projects": "home.projects.title",
};

/** A widget by the beginning of its texts' keys. */
export function widget(page, texts, speaks = t) {
  return page.getByRole("region", { name: speaks(`${texts}.title`), exact: true });
}

export function handle(page, id) {
  return page.getByRole("button", { name: t("home.move", { title: t(titles[id]) }) });
}

/** Waits until the widgets of a column are these, in this order. */
export async function column(page, name, ...ids) {
  await page.waitForFunction(
    ([name, wanted]) =>
      [...document.querySelectorAll(`[data-column="${name}"] > [data-drag]`)]
        .map(({ dataset }) => dataset.drag)
        .join() === wanted,
    [name, ids.join()],
  );
}

/** Drags a widget by its handle to before another one. */
export async function arrange(page, id, before) {
  await handle(page, id).hover();
  const from = await handle(page, id).boundingBox();
  const to = await handle(page, before).boundingBox();
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(to.x - 40, to.y + 4, { steps: 8 });
  await page.mouse.up();
}

/** The tour begins with the first visit. */
export async function putTourAway(page, speaks = t) {
  const card = page.getByRole("region", { name: speaks("tour.title"), exact: true });
  await card.getByRole("button", { name: speaks("tour.later") }).press("Enter");
  await card.waitFor({ state: "detached" });
  await page.getByRole("button", { name: speaks("common.close") }).press("Enter");
}

async function inWorkspace(page, path) {
  await page.goto(path);
  await connection(page, "live").waitFor();
}

const home = (path) => path.replace("/customers", "");

/** Every look of a home, each opened in what the one before leaves behind; the owner looks. */
export const homeScreens = [
  {
    name: "home-tour",
    async open(page, { t, paths }) {
      await inWorkspace(page, home(paths.empty));
      // It begins by itself in the first workspace of a person alone.
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("textbox").fill(t("actions.tour"));
      await page.getByRole("dialog").getByText(t("actions.tour")).first().click();
      await page.getByRole("region", { name: t("tour.title"), exact: true }).waitFor();
    },
  },
  {
    name: "home-first-steps",
    async open(page, { t }) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await putTourAway(page, t);
      await page.getByRole("heading", { name: t("firstSteps.title") }).waitFor();
    },
  },
  {
    name: "home-sample",
    async open(page, { t }) {
      await page.getByRole("button", { name: t("actions.fillSample") }).click();
      await page.getByRole("region", { name: t("sample.title"), exact: true }).waitFor();
      await page.getByRole("table", { name: t("home.lifecycle.title") }).waitFor();
    },
  },
  {
    name: "home-sample-remove",
    async open(page, { t }) {
      await page.getByRole("button", { name: t("sample.removeIt") }).click();
      await page.getByRole("dialog", { name: t("sample.removeTitle") }).waitFor();
    },
  },
  {
    name: "home-widgets",
    async open(page, { t, paths }) {
      await inWorkspace(page, home(paths.empty));
      await page.getByRole("button", { name: t("home.widgets"), exact: true }).click();
      await page.getByRole("menu").waitFor();
    },
  },
];
