import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { paths } from "./paths.mjs";

/** A cold start on a machine that has other things to do. */
const readyWithin = 120_000;
/** The product promises five seconds. */
const stopsWithin = 15_000;

/** The real server with a data folder of its own, on a free port of this machine alone. */
export class Product {
  #process = null;
  #data = null;
  /** All that it said, of every start. */
  log = "";
  /** Such as http://localhost:40123; the same after every restart. */
  address = null;

  /** Returns when it is ready; at once if it is. `more` are further settings for this time. */
  async start(...more) {
    if (this.#process !== null) return;
    if (this.#data === null) {
      this.#data = await this.#makeFolder();
      await cp(paths.browser, this.#browser, { recursive: true });
    }
    const port = this.address === null ? "0" : new URL(this.address).port;
    const folders = ["--data", this.#data, "--browser", this.#browser, "--mail", this.mail];
    const doors = openDoors.filter(([flag]) => !more.includes(flag)).flat();
    const started = spawn("dotnet", [paths.host, "--port", port, ...folders, ...doors, ...hops, ...more], {
      // The settings of whoever runs the tests are not ours.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HOLDFAST_"))),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = started;
    this.address = await this.#ready(started);
  }

  /** Runs one of its commands beside it, and waits for the end. */
  command(...words) {
    return execFileSync("dotnet", [paths.host, ...words, "--data", this.#data], {
      stdio: "pipe",
      encoding: "utf8",
    });
  }

  /** As a power cut would: nothing is said, nothing is put away. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Stops everything and leaves nothing behind. */
  async end() {
    await this.#end("SIGTERM");
    if (this.#data === null) return;
    for (const pid of postmasters(this.#data)) process.kill(pid, "SIGQUIT");
    await rm(this.#data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    this.#data = null;
  }

  /** Puts a page of another version in place of the one there is; `mark` stands in its head. */
  async release(mark) {
    const [page, worker] = ["index.html", "worker.js"].map((file) => join(this.#browser, file));
    const before = await readFile(page, "utf8");
    const after = before.replace("</head>", `<meta name="release" content="${mark}" /></head>`);
    const script = await readFile(worker, "utf8");
    await put(page, after);
    await put(
      worker,
      script.replace(digest(before), digest(after)).replace(/holdfast\.shell\./u, `$&${mark}.`),
    );
  }

  /** The id of its process, while it runs. */
  get pid() {
    return this.#process?.pid ?? null;
  }

  /** The folder of its data, once it has been started. */
  get data() {
    return this.#data;
  }

  /** The folder that its mail is put into. */
  get mail() {
    return join(this.#data, "mail");
  }

  get #browser() {
    return join(this.#data, "browser");
  }

  async #makeFolder() {
    if (!existsSync(paths.host))
      throw new Error(`${paths.host} is missing: build the server first (bin/run does).`);
    const folder = await mkdtemp(join(tmpdir(), "holdfast-browser-"));
    // Started by root, PostgreSQL runs as another user, who must get through.
    await chmod(folder, 0o711);
    return folder;
  }

  #ready(started) {
    return new Promise((resolve, reject) => {
      let said = "";
      const fail = (why) => reject(new Error(`The product ${why}.\n${said}`));
      const timer = setTimeout(fail, readyWithin, `was not ready within ${readyWithin} ms`);
      const read = (chunk) => {
        this.log += chunk;
        said += chunk;
        const found = /^Holdfast is ready at (\S+)/mu.exec(said);
        if (found) resolve(found[1]);
      };
      started.stdout.setEncoding("utf8").on("data", read);
      started.stderr.setEncoding("utf8").on("data", read);
      started.on("close", (code, signal) => {
        clearTimeout(timer);
        if (this.#process === started) this.#process = null;
        fail(`ended with ${code ?? signal}`);
      });
      started.on("error", (error) => fail(`cannot be started: ${error.message}`));
    });
  }

  async #end(signal) {
    const running = this.#process;
    if (running === null) return;
    const closed = once(running, "close");
    running.kill(signal);
    const timer = setTimeout(() => running.kill("SIGKILL"), stopsWithin);
    await closed;
    clearTimeout(timer);
  }
}

/** As the build does: beside each file lies the same compressed. */
async function put(path, content) {
  await writeFile(path, content);
  await writeFile(`${path}.br`, brotliCompressSync(content));
}

/** How the worker knows the page of its version. */
function digest(page) {
  return createHash("sha256").update("/index.html").update(page).digest("hex");
}

/** Each person of a story comes from an address of their own, so that the limits by address stay out of the way. */
const hops = ["--trusted-proxies", "127.0.0.1,::1"];

/** Anybody comes in at once, unless a story says otherwise. */
const openDoors = [
  ["--sign-up", "open"],
  ["--verify", "later"],
  ["--form-time", "0"],
];

/** A product that was killed leaves its PostgreSQL to its next start; here there may be none. */
function postmasters(data) {
  const folder = join(data, "postgres");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith("postmaster.pid"))
    .map((name) => Number(readFileSync(join(folder, name), "utf8").split("\n")[0]))
    .filter((pid) => existsSync(`/proc/${pid}`));
}
