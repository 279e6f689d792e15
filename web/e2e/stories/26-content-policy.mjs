import assert from "node:assert/strict";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";

// That no screen of ours breaks the policy is said by every other story: the browser writes it into the console, where nothing may stand.
story(import.meta, "What somebody slips into a page neither runs nor changes how it looks", async (world) => {
  world.expectInConsole(/violates the following Content Security Policy directive/u);
  const page = await world.newcomer();
  await page.goto("/");
  await page.getByRole("heading", { name: t("landing.claim") }).waitFor();
  const { refused, ran, width } = await page.evaluate(async () => {
    const refused = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
      refused.push(effectiveDirective),
    );
    document.body.insertAdjacentHTML(
      "beforeend",
      `<style>#slipped { border: 7px solid }</style><p id="slipped" style="border: 9px solid"><img src="data:," onerror="window.ran = true"></p>`,
    );
    while (refused.length < 3) await new Promise((later) => setTimeout(later));
    return {
      refused,
      ran: "ran" in window,
      width: getComputedStyle(document.getElementById("slipped")).borderTopWidth,
    };
  });
  assert.deepEqual(refused.sort(), ["script-src-attr", "style-src-attr", "style-src-elem"]);
  assert.deepEqual({ ran, width }, { ran: false, width: "0px" });
});
