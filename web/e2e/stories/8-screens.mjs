import assert from "node:assert/strict";
import { join } from "node:path";
import { cast } from "../support/cast.mjs";
import { edit } from "../support/customers.mjs";
import { everyLook, Faults, highContrast, look, narrowAndWide } from "../support/looks.mjs";
import { paths } from "../support/paths.mjs";
import { routeOf, routes } from "../support/routes.mjs";
import { screens } from "../support/screens.mjs";
import { story } from "../support/story.mjs";
import { albanian, arabic, english, german } from "../support/texts.mjs";

/** The home has a story of its own, and so have the page of whoever runs the server and those of an account that goes. */
const seenElsewhere = ["/w/$", "/operator", "/keep", "/leaving"];

story(
  import.meta,
  "Every screen fits and is open to everyone, wide and narrow, light and dark",
  async (world) => {
    const players = { ...(await cast(world)), t: english };
    const faults = new Faults();
    const seen = new Set(seenElsewhere);
    for (const { name, who, open } of screens) {
      const { page } = players[who];
      await open(page, players);
      seen.add(routeOf(page.url()));
      for (const each of everyLook) await look(page, name, each, faults);
    }
    faults.assertNone();
    assert.deepEqual(
      routes().filter((route) => !seen.has(route)),
      [],
      "Every page of the router is among the screens.",
    );
  },
);

story(import.meta, "The main screens fit in German, whose words are longer", async (world) => {
  const players = { ...(await cast(world)), t: german };
  for (const { page } of [players.owner, players.stranger]) {
    await page.context().addInitScript(() => localStorage.setItem("holdfast.language", "de"));
  }
  const faults = new Faults();
  for (const { name, who, open } of screens.filter(({ main }) => main)) {
    const { page } = players[who];
    await open(page, players);
    for (const each of narrowAndWide) await look(page, `${name}-de`, each, faults);
  }
  faults.assertNone();
});

story(import.meta, "Every screen fits in Arabic, from the right to the left", (world) =>
  everyScreenIn(world, { language: "ar", direction: "rtl", t: arabic }),
);

story(import.meta, "Every screen fits in Albanian", (world) =>
  everyScreenIn(world, { language: "sq", direction: "ltr", t: albanian }),
);

async function everyScreenIn(world, { language, direction, t }) {
  const players = { ...(await cast(world)), t };
  for (const { page } of [players.owner, players.viewer, players.stranger]) {
    await page
      .context()
      .addInitScript((chosen) => localStorage.setItem("holdfast.language", chosen), language);
  }
  const faults = new Faults();
  for (const { name, who, open } of screens) {
    const { page } = players[who];
    await open(page, players);
    await page.locator(`html[lang="${language}"][dir="${direction}"]`).waitFor();
    for (const each of narrowAndWide) await look(page, `${name}-${language}`, each, faults);
  }
  faults.assertNone();
}

story(
  import.meta,
  "The main screens reach AAA in high contrast, and stand in colours of the system's own",
  async (world) => {
    const players = { ...(await cast(world)), t: english };
    const faults = new Faults();
    for (const { name, who, open } of screens.filter(({ main }) => main)) {
      const { page } = players[who];
      await open(page, players);
      for (const each of highContrast) await look(page, name, each, faults);
    }
    faults.assertNone();
  },
);

story(import.meta, "The picture of the README shows a colleague at work", async (world) => {
  const { owner, member, paths: at } = await cast(world);
  await owner.page.goto(at.customer);
  await owner.page.getByRole("region", { name: "Harbour Works" }).waitFor();
  const mark = english("record.changedBy", {
    name: member.name,
    field: english("records.solo.customer.fields.phone"),
  });
  await edit(member.page, "phone", "+46 8 765 43 21");
  await owner.page.getByRole("img", { name: mark }).waitFor();
  await owner.page.screenshot({ path: join(paths.pictures, "readme.png") });
});
