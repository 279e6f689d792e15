// Draws the pictures by which machines show an installed Holdfast, from the mark: node build/icons.mjs
import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../e2e/support/browser.mjs";

const publicFolder = new URL("../public/", import.meta.url);
const mark = await readFile(new URL("mark.svg", publicFolder), "utf8");
const ground = /<rect[^>]* fill="(#\w+)"/u.exec(mark)[1];
// Of a maskable one a machine may cut off all but a circle of four fifths; the mark without its corners stays inside.
const whole = mark.replace(/ rx="\d+"/u, "");

const icons = [
  { name: "icon-192", size: 192, svg: mark },
  { name: "icon-512", size: 512, svg: mark },
  { name: "maskable-512", size: 512, svg: whole, share: 0.8 },
  { name: "apple-touch-icon", size: 180, svg: whole },
];

await mkdir(new URL("icons/", publicFolder), { recursive: true });
const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  for (const { name, size, svg, share = 1 } of icons) {
    const drawn = Math.round(size * share);
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>
        body { margin: 0; block-size: 100vh; display: grid; place-items: center; background: ${svg === mark ? "transparent" : ground} }
        svg { inline-size: ${drawn}px; block-size: ${drawn}px }
      </style>${svg}`);
    const path = fileURLToPath(new URL(`icons/${name}.png`, publicFolder));
    await page.screenshot({ path, omitBackground: true });
  }
} finally {
  await browser.close();
}
