import { spawnSync } from "node:child_process";
import { chromium } from "playwright-core";

function installed() {
  const { stdout, status } = spawnSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" });
  if (status !== 0) throw new Error("Chromium is missing: bin/setup --tests brings it.");
  return stdout.trim();
}

function launch(chromiumSandbox) {
  return chromium.launch({
    executablePath: installed(),
    chromiumSandbox,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    // People's browsers keep the page that was left, for the way back; so does this one.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    // Ours to handle: the product has to go as well.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** Debian's Chromium, with its sandbox wherever the machine allows one; root may not have it. */
export async function launchBrowser() {
  if (process.getuid?.() === 0) return launch(false);
  return launch(true).catch(() => launch(false));
}
