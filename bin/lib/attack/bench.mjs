// What every tool gets: the product, the people in it, the weak server, and a place for what it finds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { Product } from "../../../web/e2e/support/product.mjs";
import { people } from "./people.mjs";
import { startWeak } from "./weak.mjs";

export class Bench {
  product = new Product();
  passed = 0;
  failed = 0;
  #running = new Set();
  #databases = [];

  constructor(logs, say) {
    this.logs = logs;
    this.say = say;
  }

  get address() {
    return this.product.address;
  }

  async start() {
    // Tools ask more than people do.
    await this.product.start("--requests", "1000000");
    this.people = await people(this.address);
    const database = await this.database("postgres");
    await database.query("CREATE DATABASE weak");
    this.weak = await startWeak(await this.database("weak"));
  }

  /** Ends all that was started here, and nothing else. */
  async end() {
    for (const running of this.#running) running.kill("SIGKILL");
    this.weak?.close();
    for (const database of this.#databases) await database.end().catch(() => undefined);
    await this.product.end();
  }

  /** The product's own PostgreSQL, as its superuser. */
  async database(name) {
    const folder = join(this.product.data, "postgres");
    const [, , , port, host] = (await readFile(join(folder, "data", "postmaster.pid"), "utf8")).split("\n");
    const secret = (await readFile(join(folder, "superuser.password"), "utf8")).trim();
    const client = new pg.Client({ host, port: Number(port), user: "postgres", password: secret, database: name });
    // The product stops before it.
    client.on("error", () => undefined);
    await client.connect();
    this.#databases.push(client);
    return client;
  }

  /** One thing that has to hold; `what` says it, `found` what was seen. */
  check(holds, what, found = "") {
    const line = found === "" ? what : `${what}: ${found}`;
    if (holds) this.passed += 1;
    else this.failed += 1;
    this.say(`${holds ? "ok      " : "FAILED  "}${line}`);
    return holds;
  }

  /** Whether nothing was wrong with all that a relay saw. */
  checkAnswers(relay, what) {
    const found = [...relay.faults].map(([fault, request]) => `an answer ${fault} (${request})`);
    this.check(found.length === 0, `${what}: every answer keeps the standard`, [relay.tally, ...found].join("; "));
  }

  /** Runs a tool to its end, or to the end of its time. What it says goes to a log and is returned. */
  async run(name, command, words, { seconds = 300, env = {} } = {}) {
    const file = createWriteStream(join(this.logs, `${name}.log`));
    file.write(`$ ${command} ${words.join(" ")}\n`);
    const began = Date.now();
    const running = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.#running.add(running);
    let output = "";
    for (const stream of [running.stdout, running.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        file.write(text);
      });
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      running.kill("SIGTERM");
      setTimeout(() => running.kill("SIGKILL"), 5000).unref();
    }, seconds * 1000);
    const [code] = await once(running, "close");
    clearTimeout(timer);
    this.#running.delete(running);
    file.end();
    return { output, code, late, seconds: Math.round((Date.now() - began) / 1000) };
  }
}
