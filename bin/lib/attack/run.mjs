// bin/attack: starts the product, lets the tools at it, and says what they found.
import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Bench } from "./bench.mjs";

export const tools = ["jose", "raw", "slowhttptest", "ffuf", "hydra", "wapiti", "sqlmap"];

const wanted = process.argv.slice(2);
const logs = fileURLToPath(new URL("../../../.cache/attack/", import.meta.url));
const say = (line) => process.stdout.write(`${line}\n`);

async function main() {
  await rm(logs, { recursive: true, force: true });
  await mkdir(logs, { recursive: true });
  const bench = new Bench(logs, say);
  const interrupted = new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => reject(new Error(`interrupted by ${signal}`)));
    // Whatever happens, the server does not stay behind.
    for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, (error) => reject(new Error(`interrupted: ${error.stack}`)));
  });
  interrupted.catch(() => undefined);
  try {
    await Promise.race([bench.start(), interrupted]);
    for (const name of wanted.length > 0 ? tools.filter((tool) => wanted.includes(tool)) : tools) {
      say(`== ${name}`);
      const began = Date.now();
      const { attack } = await import(`./tools/${name}.mjs`);
      await Promise.race([attack(bench), interrupted]).catch((error) => {
        bench.check(false, `${name} ran to its end`, error.stack);
        if (/^interrupted/u.test(error.message)) throw error;
      });
      say(`        ${Math.round((Date.now() - began) / 1000)} s`);
    }
    const broken = /^.*\b(?:fail|crit): .*$/mu.exec(bench.product.log);
    bench.check(broken === null, "the server logged no error of its own", broken?.[0] ?? "");
  } finally {
    await bench.end();
  }
  say(`${bench.passed} passed, ${bench.failed} failed, 0 skipped`);
  return bench.failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error) => {
  say(error.stack);
  say("0 passed, 1 failed, 0 skipped");
  return 1;
});
