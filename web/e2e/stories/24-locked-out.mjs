import assert from "node:assert/strict";
import { speakGerman } from "../support/forms.mjs";
import { Faults, look, narrowAndWide } from "../support/looks.mjs";
import { call, fill, founder, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { english, german } from "../support/texts.mjs";

const locked = (t) =>
  new RegExp(t("errors.sign_in.locked", { wait: "\\d+ [^;]+" }).replace(/[.?()]/gu, "\\$&"), "u");

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
    const seen = [];
    await page.exposeFunction("sawAlert", (text) => seen.push(text));
    await page.evaluate(() => {
      const tell = () => {
        const text = document.querySelector('[role="alert"]')?.textContent;
        if (text) window.sawAlert(text);
      };
      new MutationObserver(tell).observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    });
    // Five are free, and the sixth comes before a second has passed; where the machine is slow, one of the next does.
    for (let tries = 0; tries < 12 && !seen.some((text) => locked(english).test(text)); tries++) {
      const answered = page.waitForResponse("**/api/sign-in");
      await button.click();
      await answered;
      await button.and(page.locator(":not([data-loading])")).waitFor();
    }
    // The first locks are of seconds: they are counted down, and then it is worth another try.
    await page.getByRole("alert").getByText(english("common.waited")).waitFor();
    const faults = new Faults();
    for (const each of narrowAndWide) await look(page, "sign-in-locked", each, faults);
    await speakGerman(page);
    await page.getByRole("alert").getByText(german("common.waited")).waitFor();
    assert.match(seen.join("\n"), /Try again in 1 sec;/u);
    assert.doesNotMatch(seen.join("\n"), /min/u);

    // Nobody's attempts elsewhere count in a browser in which the owner has signed in before.
    await call(owner.page, "POST", "/api/sign-in", { email: owner.email, password });
    faults.assertNone();
  },
);
