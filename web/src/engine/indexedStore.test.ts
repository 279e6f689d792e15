import "fake-indexeddb/auto";
import { IDBDatabase, IDBFactory, IDBObjectStore } from "fake-indexeddb";
import fc from "fast-check";
import { openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  finishLeaving,
  noteLeaving,
  openIndexedStore,
  wipeOtherWorkspaces,
  wipeStores,
} from "./indexedStore";
import type { WireRecord } from "./protocol";
import {
  type Entry,
  type Following,
  MemoryDisk,
  type Saved,
  type Step,
  type Store,
  storeName,
} from "./store";

const name = storeName("ann", "workspace");
const type = "solo.customer";

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal("localStorage", {});
});

afterEach(() => vi.restoreAllMocks());

async function opened(browser = "browser", lost: (reason: string) => void = () => {}): Promise<Store> {
  const store = await openIndexedStore(name, browser, lost);
  if ("failed" in store) throw new Error(`It did not open: ${store.failed}.`);
  return store;
}

const asked = <Answer>(ask: (done: (answer: Answer) => void) => void) => new Promise<Answer>(ask);
const load = (store: Store) => asked<Saved | { readonly failed: string }>((done) => store.load(done));
const lead = (store: Store) => asked<object>((done) => store.lead(done));
const write = (store: Store, step: Step, leader: number | null = null) =>
  asked<object>((done) => store.write(step, leader, done));

const record = (id: string, version = 1): WireRecord => {
  const stamps = { createdAt: "", createdBy: null, updatedAt: "", updatedBy: null };
  return { type, id, version, ...stamps, values: { name: id } };
};

const entry = (id: string): Omit<Entry, "place"> => {
  const operations = [{ op: "delete", type, id: "r1" }] as const;
  return { id, schema: 1, operations, at: "", mutation: null, seq: null, entry: null };
};

const letter = (id: string) => {
  const error = { type: "", title: "", status: 422, detail: "", code: "field.required" } as const;
  return {
    id,
    operations: [],
    outcome: "rejected",
    error,
    current: [],
    conflicts: [],
    at: "",
    held: [],
  } as const;
};

const following = (seq: number): Following => {
  return { epoch: "e", cursor: { seq, tx: `t${seq}` }, access: "a", scopes: {} as never, me: null };
};

/** How sure a browser was asked to be, of the last thing that it was asked to write. */
function durability(): () => string | undefined {
  const asked = vi.spyOn(IDBDatabase.prototype, "transaction");
  return () => asked.mock.lastCall?.[2]?.durability;
}

describe("what a person did", () => {
  test.each<[string, Step]>([
    ["new", { append: [entry("t1")] }],
    ["noted by a page that went", { rescued: [entry("t1")] }],
    ["numbered", { entries: [{ ...entry("t1"), place: [1, 0], mutation: 1 }] }],
    ["refused", { letters: [letter("t1")] }],
    ["discarded", { discarded: ["t1"] }],
  ] as [string, Step][])("outlives the machine where it is %s", async (_, step) => {
    const store = await opened();
    await load(store);
    const asked = durability();
    await write(store, step);
    expect(asked()).toBe("strict");
    await write(store, { records: [record("r1")] });
    expect(asked()).toBe("relaxed");
  });

  test("and who leads, and that all was wiped, outlive it as well", async () => {
    const store = await opened();
    await load(store);
    const asked = durability();
    await lead(store);
    expect(asked()).toBe("strict");
    await write(store, { records: [record("r1")] });
    await wipeStores("ann");
    expect(asked()).toBe("strict");
  });
});

describe("what is kept", () => {
  test("is there when the page is opened again, under the browser's first id", async () => {
    const first = await opened("first");
    await load(first);
    await write(first, {
      records: [record("r1")],
      following: following(4),
      append: [entry("t1"), entry("t2")],
    });
    first.close();
    expect(await load(await opened("second"))).toEqual({
      step: 1,
      browser: "first",
      following: following(4),
      unkept: [],
      records: [record("r1")],
      queue: [
        { ...entry("t1"), place: [1, 0] },
        { ...entry("t2"), place: [1, 1] },
      ],
      letters: [],
      undo: [],
    });
  });

  test("comes in the order of its numbers, and what has none after it", async () => {
    const store = await opened();
    await load(store);
    for (const id of ["t1", "t2", "t3"]) await write(store, { append: [entry(id)] });
    await write(store, {
      entries: [
        { ...entry("t2"), place: [2, 0], mutation: 7 },
        { ...entry("t3"), place: [3, 0], mutation: 6 },
      ],
    });
    expect(await load(store)).toMatchObject({ queue: [{ id: "t3" }, { id: "t2" }, { id: "t1" }] });
  });

  test("is not written by a tab that leads no more", async () => {
    const [frozen, other] = [await opened(), await opened()];
    await load(frozen);
    await load(other);
    expect(await lead(frozen)).toEqual({ leader: 1, step: 0 });
    expect(await write(frozen, { records: [record("r1")] }, 1)).toEqual({ step: 1 });
    expect(await lead(other)).toEqual({ leader: 2, step: 1 });
    expect(await write(frozen, { records: [record("r2")] }, 1)).toEqual({ failed: "deposed" });
    expect(await write(frozen, { append: [entry("t1")] })).toEqual({ step: 2 });
    expect(await load(other)).toMatchObject({ records: [{ id: "r1" }], queue: [{ id: "t1" }] });
  });

  test("of records goes where the page knows another shape of them, and of the queue stays", async () => {
    const store = await opened();
    await load(store);
    await write(store, { records: [record("r1")], following: following(4), append: [entry("t1")] });
    store.close();
    const raw = await openDB(name);
    await raw.put("state", { ...(await raw.get("state", "state")), contract: "older" }, "state");
    raw.close();
    expect(await load(await opened())).toMatchObject({ following: null, records: [], queue: [{ id: "t1" }] });
  });

  test("by a newer page is not opened by an older one, which lets go of it", async () => {
    const told: string[] = [];
    await opened("browser", (reason) => told.push(reason));
    const newer = await openDB(name, 99);
    expect(told).toEqual(["outdated"]);
    expect(await openIndexedStore(name, "browser", () => {})).toEqual({ failed: "outdated" });
    newer.close();
  });

  test("is wiped by the next page, where the one that signed out ended before it was", async () => {
    const notes = new Map<string, string>();
    vi.stubGlobal("localStorage", {
      getItem: (name: string) => notes.get(name) ?? null,
      setItem: (name: string, text: string) => notes.set(name, text),
      removeItem: (name: string) => notes.delete(name),
    });
    for (const [next, isLeft] of [
      ["ann", true],
      [null, false],
      ["bob", false],
    ] as const) {
      const store = await opened();
      await load(store);
      await write(store, { append: [entry("t1")] });
      noteLeaving("ann");
      await finishLeaving(next);
      expect("step" in (await write(store, { append: [entry("t2")] }))).toBe(isLeft);
      expect(notes.size).toBe(0);
    }
  });

  test("of a workspace that one was taken out of is what waits or was refused, and nothing that others wrote", async () => {
    const theirs = { type, id: "r1", field: "name" } as const;
    const operations = [
      { op: "set", ...theirs, value: "mine", guard: { field: "name", equals: "theirs" } },
    ] as const;
    const refused = {
      ...letter("t2"),
      operations,
      current: [{ ...record("r1"), values: { name: "theirs" } }],
      conflicts: [{ type, id: "r1", fields: { name: { mine: "mine", theirs: "theirs" } } }],
    } as const;
    for (const step of [{ append: [{ ...entry("t1"), operations }] }, { letters: [refused] }] as Step[]) {
      globalThis.indexedDB = new IDBFactory();
      const store = await opened();
      await load(store);
      await write(store, { records: [record("r1")], ...step });
      await wipeOtherWorkspaces("ann", ["another"]);
      const left = JSON.stringify(await load(await opened()));
      expect([left.includes("mine"), left.includes("theirs"), left.includes("r1")]).toEqual([
        true,
        false,
        true,
      ]);
    }
  });

  test("goes when the person signs out, from under a page that is frozen, and others' stays", async () => {
    const frozen = await opened("first");
    await load(frozen);
    await write(frozen, { records: [record("r1")], append: [entry("t1")] });
    const others = await openIndexedStore(storeName("bob", "workspace"), "bobs", () => {});
    if ("failed" in others) throw new Error("It did not open.");
    await load(others);
    await wipeStores("ann");
    expect(await write(frozen, { append: [entry("t2")] })).toEqual({ failed: "wiped" });
    const next = await opened("second");
    expect(await load(next)).toEqual({
      step: 0,
      browser: "second",
      following: null,
      unkept: [],
      records: [],
      queue: [],
      letters: [],
      undo: [],
    });
    expect(await write(frozen, { append: [entry("t3")] })).toEqual({ failed: "wiped" });
    expect(await write(others, { append: [entry("t4")] })).toEqual({ step: 1 });
  });
});

/** A step of each kind, over few ids, so that they meet. */
const step: fc.Arbitrary<Step> = fc.record(
  {
    records: fc.array(
      fc.integer({ min: 1, max: 3 }).map((n) => record(`r${n}`)),
      { maxLength: 2 },
    ),
    gone: fc.array(fc.constantFrom({ type, id: "r1" } as const, { type, id: "r2" } as const), {
      maxLength: 1,
    }),
    following: fc.nat(9).map(following),
    append: fc.array(fc.constantFrom("t1", "t2", "t3").map(entry), { maxLength: 1 }),
    letters: fc.array(fc.constantFrom("l1", "l2").map(letter), { maxLength: 1 }),
    discarded: fc.array(fc.constantFrom("l1", "l2"), { maxLength: 1 }),
    forget: fc.constant(["solo.customers"] as const),
    whole: fc.constant(["solo.customers"] as const),
  },
  { requiredKeys: [] },
);

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // The first of several requests did.
  }
}

describe("a disk that cannot be read", () => {
  test.each(["get", "put", "getAll"] as const)("says so once, and can be read later (%s)", async (method) => {
    const store = await opened("first");
    const real = IDBObjectStore.prototype[method] as (...args: unknown[]) => IDBRequest;
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
      this: IDBObjectStore,
      ...args: unknown[]
    ) {
      // By then all that is asked in one go was asked.
      queueMicrotask(() => abort(this.transaction));
      return real.apply(this, args) as never;
    });
    expect(await load(store)).toEqual({ failed: "broken" });
    vi.restoreAllMocks();
    expect(await load(store)).toMatchObject({ browser: "first", step: 0 });
    expect(await write(store, { records: [record("r1")] })).toEqual({ step: 1 });
  });
});

describe("a disk that fails at its k-th operation", { timeout: 60_000 }, () => {
  test.each([
    ["full", () => new DOMException("No room", "QuotaExceededError")],
    ["broken", () => new DOMException("A bad sector", "UnknownError")],
  ] as const)("holds a step whole or not at all (%s)", async (failed, fault) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 12 }),
        async (steps, k) => {
          vi.restoreAllMocks();
          globalThis.indexedDB = new IDBFactory();
          const store = await opened();
          await load(store);
          const model = new MemoryDisk("browser");
          let operations = 0;
          for (const method of ["put", "delete", "clear"] as const) {
            const real = IDBObjectStore.prototype[method] as (...args: unknown[]) => unknown;
            vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
              this: IDBObjectStore,
              ...args: unknown[]
            ) {
              if (++operations === k) throw fault();
              return real.apply(this, args) as never;
            });
          }
          for (const next of steps) {
            const ids = new Set([...model.queue.keys()]);
            const fresh = { ...next, append: (next.append ?? []).filter(({ id }) => !ids.has(id)) };
            const answer = await write(store, fresh);
            if ("failed" in answer) expect(answer).toEqual({ failed });
            else expect(answer).toEqual(model.write(fresh, null));
          }
          vi.restoreAllMocks();
          store.close();
          const saved = await load(await opened());
          expect(sorted(saved)).toEqual(sorted(model.read()));
        },
      ),
      { numRuns: 60 },
    );
  });
});

function sorted(saved: Saved | { readonly failed: string }): object {
  if ("failed" in saved) return saved;
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1);
  return { ...saved, records: [...saved.records].sort(byId), letters: [...saved.letters].sort(byId) };
}
