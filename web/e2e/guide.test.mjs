import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { paths } from "./support/paths.mjs";
import { scenes } from "./support/scenes.mjs";

const pages = join(paths.guide, "..");

test("each picture that the guide shows is taken by 'npm run guide' and there, and there are no others", () => {
  const shown = readdirSync(pages)
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => [...readFileSync(join(pages, name), "utf8").matchAll(/\(pictures\/([^)]+)\.png\)/gu)])
    .map(([, name]) => name);
  const all = [...new Set(shown)].sort();
  expect(all.length).toBeGreaterThan(0);
  expect(Object.keys(scenes).sort()).toEqual(all);
  expect(readdirSync(paths.guide).sort()).toEqual(all.map((name) => `${name}.png`));
});
