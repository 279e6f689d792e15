import { speakGerman } from "../support/forms.mjs";
import { Faults, look, narrowAndWide } from "../support/looks.mjs";
import { call, fill, founder, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { english, german } from "../support/texts.mjs";

const locked = (t) =>
  new RegExp(t("errors.sign_in.locked", { minutes: "\\d+" }).replace(/[.?()]/gu, "\\$&"), "u");

story(
  import.meta,
  "Who tries too many passwords reads what lets him in, and the browser of the owner still does",
  async (world) => {
    world.expectInConsole(/status of 401 .*\/api\/sign-in$/u, /status of 429 .*\/api\/sign-in$/u);
    const owner = await founder(world);
    const page = await world.newcomer();
    await page.goto("/sign-in");
    await fill(page, {
      [english("identity.email")]: owner.email,
      [english("identity.password")]: `${password}!`,
    });
    const button = page.getByRole("button", { name: english("identity.signIn"), exact: true });
    const told = page.getByRole("alert").getByText(locked(english));
    // Five are free, and the sixth comes before a second has passed; where the machine is slow, one of the next does.
    for (let tries = 0; tries < 12 && !(await told.isVisible()); tries++) {
      const answered = page.waitForResponse("**/api/sign-in");
      await button.click();
      await answered;
      await button.and(page.locator(":not([data-loading])")).waitFor();
    }
    await told.waitFor();
    const faults = new Faults();
    for (const each of narrowAndWide) await look(page, "sign-in-locked", each, faults);
    await speakGerman(page);
    await page.getByRole("alert").getByText(locked(german)).waitFor();

    // Nobody's attempts elsewhere count in a browser in which the owner has signed in before.
    await call(owner.page, "POST", "/api/sign-in", { email: owner.email, password });
    faults.assertNone();
  },
);
