import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { english, german } from "../support/texts.mjs";

// The first of all stories, because the server belongs to whoever signs up first.
story(
  import.meta,
  "Who signed up first sees how the server works and pauses it; nobody else does",
  async (world) => {
    const t = english;
    const { page, name } = await founder(world);
    await page.getByRole("button", { name: t("navigation.userMenu", { name }) }).click();
    await page.getByRole("menuitem", { name: t("actions.openOperator") }).click();
    await page
      .getByRole("list", { name: t("operator.workers") })
      .getByText(t("operator.alive"))
      .waitFor();
    const queue = page.getByRole("button", { name: t("operator.pauseQueue", { queue: "default" }) });
    const resume = page.getByRole("button", { name: t("operator.resumeQueue", { queue: "default" }) });
    await queue.click();
    await resume.waitFor();
    const faults = new Faults();
    for (const each of everyLook) await look(page, "operator", each, faults);
    await resume.click();
    await queue.waitFor();

    const other = await founder(world, { name: "Tomás Okafor", workspace: "Elsewhere" });
    await other.page.goto("/operator");
    await other.page.getByRole("heading", { name: t("operator.notYou") }).waitFor();
    for (const each of narrowAndWide) await look(other.page, "operator-not-you", each, faults);

    await page.evaluate(() => localStorage.setItem("holdfast.language", "de"));
    await page.reload();
    await page.getByRole("heading", { name: german("operator.title") }).waitFor();
    for (const each of narrowAndWide) await look(page, "operator-de", each, faults);
    faults.assertNone();
  },
);
