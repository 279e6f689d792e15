import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import { openIndexedStore, waitingWork } from "@/engine/indexedStore";
import { storeName } from "@/engine/store";
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
    vi.fn(async () => {
      const answer = answers.shift();
      if (!answer) throw new TypeError("fetch failed");
      return answer();
    }),
  );
});

const signedIn = () => Response.json(ada);
const problem = (code: string) => () =>
  Response.json(
    { type: "", title: "", status: 401, detail: "", code },
    { status: 401, headers: { "content-type": "application/problem+json" } },
  );
const [refused, ended] = [problem("sign_in.refused"), problem("session.ended")];

/** As a page leaves it that was closed with something unsent. */
async function leaveWork(user: string): Promise<void> {
  const store = await openIndexedStore(storeName(user, "workspace"), `browser of ${user}`, () => {});
  if ("failed" in store) throw new Error(store.failed);
  await new Promise((done) => store.load(done));
  const operations = [{ op: "delete", type: "solo.customer", id: "r1" }] as const;
  const entry = { id: user, schema: 1, operations, at: "", mutation: null, seq: null, entry: null };
  await new Promise((done) => store.write({ append: [entry] }, null, done));
  store.close();
  notes.set(`holdfast:${user}:note`, "yes");
}

const usersWithWork = async () => (await waitingWork()).map(({ user }) => user);

test("on a shared computer everything that anybody left in the browser is wiped, and nothing is kept", async () => {
  await leaveWork("bob");
  await leaveWork("ada");
  notes.set("holdfast.account", JSON.stringify({ ...ada, user: { ...ada.user, id: "bob" } }));
  const { signIn } = await import("./session");
  answers = [signedIn];
  await signIn("ada@example.org", "password", true);
  expect(await usersWithWork()).toEqual([]);
  expect(keptAccount()).toBeNull();
  expect(isShared()).toBe(true);
  expect([...notes.keys()]).toEqual(["holdfast.keep-nothing"]);
});

test("who does not get in wipes nothing, and an own computer keeps what is there", async () => {
  await leaveWork("bob");
  const { signIn } = await import("./session");
  answers = [refused, signedIn];
  await expect(signIn("ada@example.org", "wrong", true)).rejects.toThrow();
  expect(isShared()).toBe(false);
  await signIn("ada@example.org", "password", false);
  expect(await usersWithWork()).toEqual(["bob"]);
  expect(keptAccount()?.user.id).toBe("ada");
});

test("a sign-out wipes the work of who leaves and of nobody else", async () => {
  await leaveWork("bob");
  await leaveWork("ada");
  const { signIn, signOut } = await import("./session");
  answers = [signedIn, () => new Response(null, { status: 204 })];
  await signIn("ada@example.org", "password", false);
  await signOut();
  expect(await usersWithWork()).toEqual(["bob"]);
  expect([...notes.keys()]).toEqual(["holdfast:bob:note"]);
});

test("a sign-out without a network wipes at once, and ends the session before anything else is asked", async () => {
  await leaveWork("ada");
  const { signIn, signOut } = await import("./session");
  answers = [signedIn];
  await signIn("ada@example.org", "password", false);
  await signOut();
  expect(await usersWithWork()).toEqual([]);
  expect([...notes.keys()]).toEqual(["holdfast.sign-out"]);

  vi.resetModules();
  const { loadAccount } = await import("./session");
  await expect(loadAccount()).rejects.toThrow();
  const asked = vi.mocked(fetch).mock.calls.length;
  answers = [() => new Response(null, { status: 204 }), ended];
  expect(await loadAccount()).toBeNull();
  expect(
    vi
      .mocked(fetch)
      .mock.calls.slice(asked)
      .map(([path]) => path),
  ).toEqual(["/api/sign-out", "/api/me"]);
  expect([...notes.keys()]).toEqual([]);
});

test("a sign-out that the server refuses leaves everything as it was", async () => {
  await leaveWork("ada");
  const { signIn, signOut } = await import("./session");
  answers = [signedIn, refused];
  await signIn("ada@example.org", "password", false);
  await expect(signOut()).rejects.toThrow();
  expect(await usersWithWork()).toEqual(["ada"]);
  expect(keptAccount()?.user.id).toBe("ada");
  expect(notes.has("holdfast.leaving")).toBe(false);
});
