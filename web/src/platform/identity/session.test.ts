import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import { openIndexedStore, unsentWork } from "@/engine/indexedStore";
import type { WireRecord } from "@/engine/protocol";
import { type Saved, type Store, storeName } from "@/engine/store";
import { keptAccount } from "./keptAccount";
import { isShared } from "./sharedComputer";

const ada = {
  user: { id: "ada", name: "Ada", email: "ada@example.org", language: "as before" },
  isOperator: false,
  workspaces: [],
};

let answers: (() => Response)[] = [];
const notes = new Map<string, string>();

beforeEach(() => {
  vi.resetModules();
  globalThis.indexedDB = new IDBFactory();
  notes.clear();
  vi.stubGlobal(
    "localStorage",
    new Proxy(
      {
        getItem: (name: string) => notes.get(name) ?? null,
        setItem: (name: string, value: string) => void notes.set(name, value),
        removeItem: (name: string) => void notes.delete(name),
      },
      {
        ownKeys: () => [...notes.keys()],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      },
    ),
  );
  answers = [];
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string) => {
      if (path === "/api/form?for=sign-in") return Response.json({ token: "opened", wait: 0 });
      const answer = answers.shift();
      if (!answer) throw new TypeError("fetch failed");
      return answer();
    }),
  );
});

const signedIn = () => Response.json(ada, { headers: { "X-CSRF-Token": "next" } });
const problem = (code: string) => () =>
  Response.json(
    { type: "", title: "", status: 401, detail: "", code },
    { status: 401, headers: { "content-type": "application/problem+json" } },
  );
const [refused, ended] = [problem("sign_in.refused"), problem("session.ended")];

async function openStore(user: string, workspace: string): Promise<{ store: Store; saved: Saved }> {
  const store = await openIndexedStore(storeName(user, workspace), `browser of ${user}`, () => {});
  if ("failed" in store) throw new Error(store.failed);
  const saved = await new Promise<Saved>((done, fail) =>
    store.load((loaded) => ("failed" in loaded ? fail(new Error(loaded.failed)) : done(loaded))),
  );
  return { store, saved };
}

/** As a page leaves it that was closed with something unsent. */
async function leaveWork(user: string, workspace = "workspace"): Promise<void> {
  const { store } = await openStore(user, workspace);
  const operations = [{ op: "delete", type: "solo.customer", id: "r1" }] as const;
  const entry = { id: user, schema: 1, operations, at: "", mutation: null, seq: null, entry: null };
  await new Promise((done) => store.write({ append: [entry] }, null, done));
  store.close();
  notes.set(`holdfast:${user}:note`, "yes");
}

const usersWithWork = async () => (await unsentWork()).map(({ user }) => user);

test("on a shared computer everything that anybody left in the browser is wiped, and nothing is kept", async () => {
  await leaveWork("bob");
  await leaveWork("ada");
  notes.set("holdfast.account", JSON.stringify({ ...ada, user: { ...ada.user, id: "bob" } }));
  const { signIn } = await import("./session");
  answers = [signedIn];
  await signIn({ email: "ada@example.org", password: "password" }, true);
  expect(await usersWithWork()).toEqual([]);
  expect(keptAccount()).toBeNull();
  expect(isShared()).toBe(true);
  expect([...notes.keys()]).toEqual(["holdfast.keep-nothing"]);
});

test("who does not get in wipes nothing, and an own computer keeps what is there", async () => {
  await leaveWork("bob");
  const { signIn } = await import("./session");
  answers = [refused, signedIn];
  await expect(signIn({ email: "ada@example.org", password: "wrong" }, true)).rejects.toThrow();
  expect(isShared()).toBe(false);
  await signIn({ email: "ada@example.org", password: "password" }, false);
  expect(await usersWithWork()).toEqual(["bob"]);
  expect(keptAccount()?.user.id).toBe("ada");
});

test("a sign-out wipes the work of who leaves and of nobody else", async () => {
  await leaveWork("bob");
  await leaveWork("ada");
  const { signIn, signOut } = await import("./session");
  answers = [signedIn, () => new Response(null, { status: 204 })];
  await signIn({ email: "ada@example.org", password: "password" }, false);
  await signOut();
  expect(await usersWithWork()).toEqual(["bob"]);
  expect([...notes.keys()]).toEqual(["holdfast:bob:note"]);
});

test("a sign-out without a network wipes at once, and ends the session before anything else is asked", async () => {
  await leaveWork("ada");
  const { signIn, signOut } = await import("./session");
  answers = [signedIn];
  await signIn({ email: "ada@example.org", password: "password" }, false);
  await signOut();
  expect(await usersWithWork()).toEqual([]);
  expect([...notes.keys()]).toEqual(["holdfast.sign-out"]);

  vi.resetModules();
  const { loadAccount } = await import("./session");
  await expect(loadAccount()).rejects.toThrow();
  const asked = vi.mocked(fetch).mock.calls.length;
  answers = [signedIn, () => new Response(null, { status: 204 }), ended];
  expect(await loadAccount()).toBeNull();
  expect(
    vi
      .mocked(fetch)
      .mock.calls.slice(asked)
      .map(([path]) => path),
  ).toEqual(["/api/me", "/api/sign-out", "/api/me"]);
  expect([...notes.keys()]).toEqual([]);
});

test("a sign-out that the server refuses leaves everything as it was", async () => {
  await leaveWork("ada");
  const { signIn, signOut } = await import("./session");
  answers = [signedIn, refused];
  await signIn({ email: "ada@example.org", password: "password" }, false);
  await expect(signOut()).rejects.toThrow();
  expect(await usersWithWork()).toEqual(["ada"]);
  expect(keptAccount()?.user.id).toBe("ada");
  expect(notes.has("holdfast.leaving")).toBe(false);
});

test.each([
  ["a gateway answers for the server", () => new Response("<html>Bad gateway</html>", { status: 502 })],
  ["the server breaks", () => Response.json({ code: "server.error", status: 500 }, { status: 500 })],
])("a sign-out holds where %s, and lets the next person in", async (_, broken) => {
  await leaveWork("ada");
  const { signIn, signOut } = await import("./session");
  answers = [signedIn, broken];
  await signIn({ email: "ada@example.org", password: "password" }, false);
  await signOut();
  expect(await usersWithWork()).toEqual([]);
  expect([...notes.keys()]).toEqual(["holdfast.sign-out"]);

  vi.resetModules();
  const { loadAccount, signIn: signInNext } = await import("./session");
  const asked = vi.mocked(fetch).mock.calls.length;
  answers = [signedIn, broken];
  expect(await loadAccount()).toBeNull();
  answers = [signedIn];
  await signInNext({ email: "ada@example.org", password: "password" }, false);
  expect(
    vi
      .mocked(fetch)
      .mock.calls.slice(asked)
      .map(([path]) => path),
  ).toEqual(["/api/me", "/api/sign-out", "/api/form?for=sign-in", "/api/sign-in"]);
  // The session that began has ended the other one: it is not to be ended in its place.
  expect([...notes.keys()]).toEqual(["holdfast.account"]);
});

test("an answer that comes after the sign-out brings nobody back", async () => {
  const { refreshAccount, signIn, signOut } = await import("./session");
  let late = (_: Response) => {};
  answers = [signedIn];
  await signIn({ email: "ada@example.org", password: "password" }, false);
  vi.mocked(fetch).mockImplementationOnce(() => new Promise((answer) => (late = answer)));
  const refreshing = refreshAccount();
  await vi.waitFor(() => expect(vi.mocked(fetch).mock.calls.at(-1)?.[0]).toBe("/api/me"));
  answers = [() => new Response(null, { status: 204 })];
  await signOut();
  late(Response.json({ ...ada, isOperator: true }));
  await refreshing;
  expect(keptAccount()).toBeNull();
  expect([...notes.keys()]).toEqual([]);
});

const memberOf = (...ids: string[]) => ({
  ...ada,
  workspaces: ids.map((id) => ({ id, name: id, role: "member" as const })),
});

/** As a page leaves it that has shown what others wrote. */
async function leaveRecord(workspace: string): Promise<void> {
  const { store } = await openStore("ada", workspace);
  const record = { type: "solo.customer", id: "r1", version: 1, values: {} } as unknown as WireRecord;
  await new Promise((done) => store.write({ records: [record] }, null, done));
  store.close();
}

async function keptOf(workspace: string): Promise<{ records: number; unsent: number }> {
  const { store, saved } = await openStore("ada", workspace);
  store.close();
  return { records: saved.records.length, unsent: saved.queue.length };
}

test("of a workspace that the account does not name nothing stays but what was not sent", async () => {
  for (const workspace of ["in", "out", "unsent"]) await leaveRecord(workspace);
  for (const workspace of ["in", "unsent"]) await leaveWork("ada", workspace);
  const { signIn } = await import("./session");
  answers = [() => Response.json(memberOf("in"))];
  await signIn({ email: "ada@example.org", password: "password" }, false);
  expect(await keptOf("in")).toEqual({ records: 1, unsent: 1 });
  expect(await keptOf("out")).toEqual({ records: 0, unsent: 0 });
  expect(await keptOf("unsent")).toEqual({ records: 0, unsent: 1 });
});

test("who leaves a workspace leaves nothing of it in the browser", async () => {
  const { dropMembership, signIn } = await import("./session");
  answers = [() => Response.json(memberOf("in", "left"))];
  await signIn({ email: "ada@example.org", password: "password" }, false);
  for (const workspace of ["in", "left"]) await leaveRecord(workspace);
  await dropMembership("left");
  expect(await keptOf("in")).toEqual({ records: 1, unsent: 0 });
  expect(await keptOf("left")).toEqual({ records: 0, unsent: 0 });
});

test("without the server only a workspace opens that the kept account names", async () => {
  notes.set("holdfast.account", JSON.stringify(memberOf("in")));
  const { accountIn } = await import("./session");
  expect((await accountIn("in"))?.user.id).toBe("ada");
  await expect(accountIn("out")).rejects.toThrow("network.unreachable");
  answers = [() => Response.json(memberOf("in", "out"))];
  expect((await accountIn("out"))?.workspaces.length).toBe(2);
});
