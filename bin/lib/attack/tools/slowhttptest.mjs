// Clients that take for ever: headers and bodies that come in drops, answers that nobody reads. Meanwhile everybody else is served.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { newClient } from "../people.mjs";

const connections = 2000;
const seconds = 45;
/** In milliseconds. */
const promised = 1000;

export async function attack(bench) {
  const file = /\/assets\/[^"]+\.js/u.exec(await (await fetch(bench.address)).text())[0];
  const kinds = {
    "slow headers": ["-H", "-i", "5", "-x", "24", "-u", `${bench.address}/`],
    // It takes no header but a cookie, and passes on whatever stands in it. Of a stranger without an origin no body would be read.
    "slow bodies": ["-B", "-i", "5", "-x", "10", "-s", "8192", "-f", "application/json", "-j", `a=1\r\nOrigin: ${bench.address}`, "-u", `${bench.address}/api/sign-in`],
    "slow readers": ["-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3", "-u", bench.address + file],
  };
  const weak = await bench.run("slowhttptest-weak", "slowhttptest", [...words(join(bench.logs, "slow-weak")), "-l", "20", "-H", "-i", "5", "-u", bench.weak.address], { seconds: 60 });
  bench.check(state(weak.output).endsWith("NO"), "control: the weak server is away during slow headers", state(weak.output));

  for (const [kind, more] of Object.entries(kinds)) {
    const name = kind.replace(" ", "-");
    const watch = new Watch(bench);
    const { output, late } = await bench.run(`slowhttptest-${name}`, "slowhttptest", [...words(join(bench.logs, name)), "-l", `${seconds}`, ...more], { seconds: seconds + 40 });
    const { longest, asked, refused } = await watch.end();
    const reached = await mostAtOnce(join(bench.logs, `${name}.csv`));
    bench.check(!late && reached >= connections / 4, `${kind}: the tool reached the server`, `${reached} connections at once; ${state(output)}`);
    bench.check(asked > seconds && refused === 0 && longest < promised, `${kind}: everybody else is answered within ${promised} ms`, `${asked} requests, the longest took ${longest} ms, ${refused} failed`);
    const began = Date.now();
    await pause(200);
    const held = await connectionsOf(bench);
    bench.check(held < 200, `${kind}: nothing is held afterwards`, `${held} connections ${Date.now() - began} ms later`);
  }
}

const words = (file) => ["-c", `${connections}`, "-r", "400", "-p", "3", "-g", "-o", file];

/** What it says at its end. */
function state(output) {
  const plain = output.replace(/\x1b\[[\d;]*m/gu, "");
  return `${/Exit status: *(.*)/u.exec(plain)?.[1] ?? "no exit status"}; available: ${[...plain.matchAll(/service available: *(\w+)/gu)].at(-1)?.[1]}`;
}

/** The columns are seconds, closed, pending, connected, available. */
async function mostAtOnce(file) {
  const rows = (await readFile(file, "utf8")).split("\n").slice(1).filter(Boolean);
  return Math.max(0, ...rows.map((row) => Number(row.split(",")[3])));
}

async function connectionsOf(bench) {
  const port = Number(new URL(bench.address).port).toString(16).toUpperCase().padStart(4, "0");
  const lines = (await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8")))).join("\n").split("\n");
  return lines.filter((line) => new RegExp(`^ *\\d+: [0-9A-F]+:${port} [0-9A-F]+:[0-9A-F]+ 01`, "u").test(line)).length;
}

/** Asks like everybody else, all the time. */
class Watch {
  #going = true;
  #longest = 0;
  #asked = 0;
  #refused = 0;

  constructor(bench) {
    this.done = this.#go(bench);
  }

  async end() {
    this.#going = false;
    await this.done;
    return { longest: this.#longest, asked: this.#asked, refused: this.#refused };
  }

  async #go({ address, people }) {
    const ask = [
      () => fetch(`${address}/health/ready`),
      async () => fetch(`${address}/api/me`, { headers: { Authorization: `Bearer ${await people.owner.program.access()}`, "X-Forwarded-For": newClient() } }),
    ];
    while (this.#going) {
      const began = Date.now();
      const { status } = await ask[this.#asked % ask.length]().catch(() => ({ status: 0 }));
      this.#asked += 1;
      if (status !== 200) this.#refused += 1;
      this.#longest = Math.max(this.#longest, Date.now() - began);
      await pause(250);
    }
  }
}
