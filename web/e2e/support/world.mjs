import { join } from "node:path";
import { paths } from "./paths.mjs";

/** On a machine that builds three other things at once. */
const patience = 30_000;

/**
 * Whoever is not signed in is told so by the first request, and who goes to another workspace at once lets go of
 * a socket that has not opened yet: the browser writes both down as errors.
 */
const usual = [/status of 401 .*\/api\/me$/u, /closed before the connection is established/u];

/** What a browser writes down of a connection that is gone. */
export const away =
  /ERR_INTERNET_DISCONNECTED|Connection closed|closed before the connection is established/u;

/** What one story happens in: browsers of people who do not know each other, and all that goes wrong in them. */
export class World {
  #browser;
  #contexts = [];
  #expected = [...usual];
  #complaints = [];
  #logBefore;
  product;
  /** What a story measured, for the line that says how it went. */
  notes = [];

  constructor(browser, product) {
    this.#browser = browser;
    this.product = product;
    this.#logBefore = product.log.length;
  }

  /** Another machine with its own cookies; `options` are Playwright's. Returns its first page, which is blank. */
  async newcomer(options = {}) {
    const number = this.#contexts.length + 1;
    const context = await this.#browser.newContext({
      baseURL: this.product.address,
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      colorScheme: "light",
      reducedMotion: "reduce",
      extraHTTPHeaders: { "X-Forwarded-For": `203.0.113.${nextHost()}` },
      ...options,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(patience);
    context.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      this.#complain(number, `${message.text()} ${message.location().url}`);
    });
    context.on("weberror", (thrown) => this.#complain(number, thrown.error().stack));
    return context.newPage();
  }

  /** Says beforehand that the story provokes these lines in the console. */
  expectInConsole(...patterns) {
    this.#expected.push(...patterns);
  }

  /** What browsers and server complained of that nobody expected, a line each. */
  get trouble() {
    const log = this.product.log.slice(this.#logBefore).split("\n");
    return [...this.#complaints, ...log.filter((line) => /^\S+ (fail|crit): /u.test(line))];
  }

  assertQuiet() {
    if (this.trouble.length > 0) throw new Error("It went as told, but not quietly.");
  }

  /** A picture of every open page, for whoever asks why a story failed. */
  async photograph(name) {
    const base = name.replace(/\W+/gu, "-").toLowerCase();
    const pages = this.#contexts.flatMap((context) => context.pages());
    const taken = pages.map(async (page, index) => {
      const path = join(paths.results, `${base}-${index + 1}.png`);
      await page.screenshot({ path, timeout: 5_000 });
      return `${page.url()} looked like ${path}`;
    });
    return (await Promise.allSettled(taken)).map(
      ({ value, reason }) => value ?? `No picture: ${reason.message}`,
    );
  }

  async close() {
    await Promise.allSettled(this.#contexts.map((context) => context.close()));
  }

  #complain(number, text) {
    const line = text.trim();
    if (!this.#expected.some((pattern) => pattern.test(line)))
      this.#complaints.push(`Browser ${number}: ${line}`);
  }
}

let hosts = 0;
/** Addresses of the block that is kept for documentation, one after the other. */
function nextHost() {
  hosts = (hosts % 250) + 1;
  return hosts;
}
