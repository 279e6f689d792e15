import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { paths } from "./paths.mjs";

const wide = { width: 1440, height: 900 };
const narrow = { width: 375, height: 812 };
const allRules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
/** What else there is does not change with the colours. */
const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * The last is wide, as the next screen is opened in whatever this one leaves behind. Another language changes names and their
 * order, which the rules look at once.
 */
export const narrowAndWide = [
  { size: narrow, colorScheme: "light" },
  { size: wide, colorScheme: "light", rules: { tags: allRules } },
];

/** Colours do not change with the width, so that three looks meet every fault that the rules know. */
export const everyLook = [
  { size: narrow, colorScheme: "dark" },
  ...narrowAndWide.map((look) => ({ ...look, rules: { tags: allRules } })),
  { size: wide, colorScheme: "dark", rules: { ids: colourRules } },
];

const enhanced = ["color-contrast-enhanced"];

/** More contrast by the system, then colours of the system's own. */
export const highContrast = [
  { size: narrow, colorScheme: "dark", contrast: "more", rules: { ids: enhanced } },
  { size: wide, colorScheme: "light", contrast: "more", rules: { ids: enhanced } },
  { size: wide, colorScheme: "dark", contrast: "more", forcedColors: "active" },
  { size: wide, colorScheme: "light" },
];

/** Shows the page as it stands in this width and these colours, notes what is wrong with it, and takes a picture. */
export async function look(page, screen, { size, colorScheme, contrast, forcedColors, rules }, faults) {
  await page.setViewportSize(size);
  await page.emulateMedia({
    colorScheme,
    contrast: contrast ?? "no-preference",
    forcedColors: forcedColors ?? "none",
  });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  await settled(page);
  await page.waitForFunction(
    (width) => getComputedStyle(document.documentElement).getPropertyValue("--hf-focus") === width,
    contrast === "more" ? "3px" : "2px",
  );
  const name = [screen, size.width, colorScheme, contrast, forcedColors && "forced"]
    .filter(Boolean)
    .join("-");
  await page.screenshot({ path: join(paths.pictures, `${name}.png`) });
  faults.note(name, await sidewaysScrollers(page));
  if (rules) faults.note(name, await barriers(page, rules));
}

/** Whatever the last change set in motion has been drawn. */
function settled(page) {
  return page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
}

/** What breaks the rules of WCAG 2.1 AA, a line each. */
async function barriers(page, { tags, ids }) {
  // The page has no frames, which the other mode would look for by opening another page.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
  const { violations } = await (tags ? axe.withTags(tags) : axe.withRules(ids)).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${any[0]?.message ?? help}: ${plain(html)}`),
  );
}

/** An element without the ids that differ each time, so that the same fault reads the same on every screen. */
function plain(html) {
  return html.replace(/ (?:id|for|aria-\w+|style)="[^"]*"/gu, "").slice(0, 200);
}

/** What can be scrolled sideways, a line each; tabs may be, which arrows walk along. */
function sidewaysScrollers(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => element.role !== "tablist")
      .filter(
        (element) =>
          element === document.documentElement ||
          ["auto", "scroll"].includes(getComputedStyle(element).overflowX),
      )
      .map(({ tagName, className, scrollWidth, clientWidth }) => {
        return `scrolls sideways, ${scrollWidth} in ${clientWidth}: ${tagName}.${className}`;
      }),
  );
}

/** What is wrong, each fault once with every look that has it. */
export class Faults {
  #looks = new Map();

  note(name, lines) {
    for (const line of new Set(lines)) this.#looks.set(line, [...(this.#looks.get(line) ?? []), name]);
  }

  assertNone() {
    const lines = [...this.#looks].map(([line, names]) => `${line}\n    in ${names.join(", ")}`);
    if (lines.length > 0) throw new Error(`${lines.length} faults:\n${lines.join("\n")}`);
  }
}
