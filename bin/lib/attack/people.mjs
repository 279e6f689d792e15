// The one place that knows how to sign up, sign in, come with a token and write records.
import { randomUUID } from "node:crypto";

export const password = "fjord lantern oatmeal 71";

/** Ids carry the time, as the product's own do. */
export function newId() {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

let clients = 0;

/** A client address that nobody has come from before: each has a budget of requests of its own. */
export function newClient() {
  clients += 1;
  return `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}`;
}

/** What strangers fill in: each is opened before it is sent. */
const forms = ["/api/sign-in", "/api/sign-up", "/api/forgot", "/api/reset"];

/** A browser: it keeps its cookies and tokens, and says where it comes from. */
export class Browser {
  #cookies = new Map();
  #csrf = null;
  #forms = new Map();
  #opened = Promise.resolve();

  constructor(address, { from = newClient(), cookies = new Map() } = {}) {
    this.address = address;
    this.from = from;
    this.#cookies = cookies;
  }

  /** The same browser with the same cookies, but nobody is signed in: what a person has at hand who comes again. */
  signedOut() {
    const kept = new Map([...this.#cookies].filter(([name]) => name !== "__Host-sid"));
    return new Browser(this.address, { from: this.from, cookies: kept });
  }

  /** What a page of ours sends along with a request. */
  async along(method, path) {
    const headers = { Origin: this.address };
    if (forms.includes(path)) headers["X-Form-Token"] = await this.#form(path);
    if (method !== "GET" && this.#csrf !== null) headers["X-CSRF-Token"] = this.#csrf;
    if (this.#cookies.size > 0) headers.Cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    return headers;
  }

  /** The token of a form that lies open. One is opened after the other: the first brings the cookie that all are bound to. */
  #form(path) {
    if (!this.#forms.has(path)) {
      this.#opened = this.#opened.then(() => this.send("GET", `/api/form?for=${path.slice("/api/".length)}`));
      this.#forms.set(path, this.#opened);
    }
    return this.#forms.get(path).then(({ token }) => token);
  }

  /** Whatever the answer is: its status, and its JSON where it is some. */
  async ask(method, path, body, from = this.from) {
    const headers = { ...(await this.along(method, path)), "X-Forwarded-For": from, "X-Forwarded-Proto": "https" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.address + path, { method, headers, body: body && JSON.stringify(body), redirect: "manual" });
    this.#csrf = answer.headers.get("X-CSRF-Token") ?? this.#csrf;
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/u.exec(cookie);
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const text = await answer.text();
    return { status: answer.status, text, json: /json/u.test(answer.headers.get("content-type") ?? "") && text ? JSON.parse(text) : null };
  }

  /** What must be answered well. */
  async send(method, path, body) {
    const { status, text, json } = await this.ask(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} was answered by ${status}: ${text}`);
    return json;
  }

  /** The status of a sign-in. */
  async signIn(email, attempt, from = this.from) {
    return (await this.ask("POST", "/api/sign-in", { email, password: attempt }, from)).status;
  }
}

/** Somebody who signed up, with a token for programs; `way` is a workspace's name or an invite. */
export async function person(address, name, way) {
  const browser = new Browser(address);
  const email = `${name.toLowerCase()}@example.com`;
  const me = await browser.send("POST", "/api/sign-up", { name, email, password, language: "en", ...way });
  const { token } = await browser.send("POST", "/api/tokens", { name: "attack", days: "30" });
  return { name, email, browser, user: me.user.id, workspace: me.workspaces[0].id, program: new Program(address, token) };
}

/** A program with a token. It asks for the next access token before the one it has is over. */
export class Program {
  static #life = 10 * 60_000;
  #access = null;
  #since = 0;
  #asking = null;

  constructor(address, refresh) {
    this.address = address;
    this.refresh = refresh;
    this.from = newClient();
  }

  async access() {
    if (this.#access === null || Date.now() - this.#since > Program.#life) {
      this.#asking ??= this.#exchange().finally(() => {
        this.#asking = null;
      });
      await this.#asking;
    }
    return this.#access;
  }

  async #exchange() {
    const pair = await new Browser(this.address, { from: this.from }).send("POST", "/api/tokens/refresh", { token: this.refresh });
    this.refresh = pair.refreshToken;
    this.#access = pair.accessToken;
    this.#since = Date.now();
  }

  async send(method, path, body) {
    const answer = await fetch(this.address + path, {
      method,
      headers: { Authorization: `Bearer ${await this.access()}`, "X-Forwarded-For": newClient(), "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered by ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** Writes records, `[{type, values}]`. Returns their ids. */
  async enter(workspace, records) {
    const operations = records.map(({ type, values }) => ({ op: "create", type, id: newId(), values }));
    await this.send("POST", `/api/workspaces/${workspace}/transactions`, { id: newId(), schema: 1, operations });
    return operations.map(({ id }) => id);
  }
}

/** An owner with records, a viewer in the same workspace, and somebody of another one. */
export async function people(address) {
  const owner = await person(address, "Ada", { workspace: "Harbour" });
  const invite = await owner.browser.send("POST", `/api/workspaces/${owner.workspace}/invites`, { role: "viewer" });
  const viewer = await person(address, "Vera", { invite: new URL(invite.link).hash.slice(1) });
  const stranger = await person(address, "Otto", { workspace: "Elsewhere" });
  const customers = await owner.program.enter(
    owner.workspace,
    Array.from({ length: 60 }, (_, i) => ({
      type: "solo.customer",
      values: { kind: "company", name: `Harbour Works ${i}`, status: "active", email: `office${i}@harbour.example`, tags: ["web"] },
    })),
  );
  const [project] = await owner.program.enter(owner.workspace, [{ type: "solo.project", values: { name: "New website", customer: customers[0] } }]);
  await owner.program.enter(owner.workspace, [
    { type: "solo.task", values: { project, title: "Wireframes", order: "c" } },
    { type: "solo.note", values: { customer: customers[0], kind: "call", at: new Date().toISOString(), text: "Wants the new pages." } },
  ]);
  return { owner, viewer, stranger, customer: customers[0], project };
}
