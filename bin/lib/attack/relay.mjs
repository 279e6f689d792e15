// Stands between a tool and its target, on loopback. It speaks for somebody, lets each request come from a client address of its
// own, so that the limits by address do not blind the tool, and watches every answer.
import { once } from "node:events";
import { createServer, request } from "node:http";
import { faults } from "./standard.mjs";
import { Browser, newClient, newId } from "./people.mjs";

/** In a body it becomes another id with every request: what was sent before under an id is not looked at again. */
export const freshId = "00000000-0000-7000-8000-000000000000";

const longestBody = 64 * 1024;

export class Relay {
  #server = createServer((from, to) => this.#pass(from, to).catch((error) => this.#broke(from, to, error)));
  /** How many answers had which status. */
  statuses = new Map();
  /** What was wrong with answers, each once, with the first request that showed it. */
  faults = new Map();

  /** `as` is a Program, or null for a stranger at a page of ours; `strict` where the target has to keep the standard of answers. */
  static async to(target, { as = null, strict = true } = {}) {
    const relay = new Relay();
    relay.target = new URL(target);
    relay.stranger = new Browser(relay.target.origin);
    relay.as = as;
    relay.strict = strict;
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    relay.address = `http://127.0.0.1:${relay.#server.address().port}`;
    return relay;
  }

  get requests() {
    return [...this.statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  count(...statuses) {
    return statuses.reduce((sum, status) => sum + (this.statuses.get(status) ?? 0), 0);
  }

  /** Such as "812 requests (200: 640, 400: 172)". */
  get tally() {
    const counts = [...this.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    return `${this.requests} requests (${counts.join(", ")})`;
  }

  async close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(from, to) {
    const parts = await from.toArray();
    const body = Buffer.from(Buffer.concat(parts).toString("latin1").replaceAll(freshId, newId), "latin1");
    // A program has no cookies, and whatever a tool has kept would only be refused.
    const { host, connection, cookie, "content-length": _, "transfer-encoding": __, ...rest } = from.headers;
    const headers = { ...rest, host: this.target.host, "x-forwarded-for": newClient(), "x-forwarded-proto": "https" };
    if (this.as !== null) headers.authorization = `Bearer ${await this.as.access()}`;
    else if (this.strict) Object.assign(headers, { "content-type": rest["content-type"] ?? "application/json" }, await this.stranger.along(from.method, from.url));
    if (body.length > 0 || parts.length > 0) headers["content-length"] = body.length;
    const sent = request({ host: this.target.hostname, port: this.target.port, method: from.method, path: from.url, headers });
    sent.end(body);
    const [answer] = await once(sent, "response");
    const whole = Buffer.concat(await answer.toArray());
    this.#note(from, answer, whole);
    delete answer.headers["transfer-encoding"];
    to.writeHead(answer.statusCode, answer.headers);
    to.end(whole);
  }

  #note({ method, url }, { statusCode, headers }, whole) {
    this.statuses.set(statusCode, (this.statuses.get(statusCode) ?? 0) + 1);
    if (!this.strict) return;
    const text = statusCode >= 400 ? whole.subarray(0, longestBody).toString() : "";
    for (const fault of faults(statusCode, headers, text)) {
      if (!this.faults.has(fault)) this.faults.set(fault, `${method} ${url}`);
    }
  }

  /** The target closed, or never answered: a tool must not take that for an answer. */
  #broke(from, to, error) {
    this.statuses.set(0, this.count(0) + 1);
    this.faults.set(`gives no answer (${error.code ?? error.message})`, `${from.method} ${from.url}`);
    to.destroy();
  }
}
