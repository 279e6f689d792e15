import { beforeEach, describe, expect, test } from "vitest";
import { create, remove, set } from "./operations";
import type { ClientFrame } from "./protocol";
import { problem } from "./testing/fakeServer";
import { World } from "./testing/world";
import type { Engine } from "./types";

const type = "solo.customer";
let world: World;

beforeEach(() => {
  world = new World();
});

/** An engine that is live, with one customer called Ada that the server has known from the start. */
function connected(user = "ann"): { engine: Engine; id: string } {
  const id = world.newId();
  world.server.write("bob", [create(type, id, { name: "Ada" })]);
  const engine = world.engine(user);
  engine.start();
  world.run();
  return { engine, id };
}

function nameOf(engine: Engine, id: string): string | undefined {
  return engine.record(type, id)?.values.name;
}

function pushes(heard: readonly ClientFrame[]) {
  return heard.flatMap((frame) => (frame.t === "push" ? frame.transactions : []));
}

describe("writing", () => {
  test("shows at once, is pending, then confirmed", async () => {
    const { engine, id } = connected();
    const { settled } = engine.transact([set(type, id, "name", "Grace")]);
    expect(engine.record(type, id)).toMatchObject({
      values: { name: "Grace" },
      version: 1,
      state: "pending",
      fields: { name: { state: "pending" } },
    });
    expect(engine.status().pending).toBe(1);
    world.run();
    expect(engine.record(type, id)).toMatchObject({
      values: { name: "Grace" },
      version: 2,
      state: "confirmed",
      fields: {},
    });
    expect(await settled).toEqual({ outcome: "applied", seq: 2 });
    expect(engine.pendingCount()).toBe(0);
  });

  test("a created record has its type's defaults and who made it", () => {
    const { engine } = connected();
    const id = world.newId();
    engine.transact([create(type, id, { name: "Grace", tags: ["navy"] })]);
    const before = engine.record(type, id);
    expect(before).toMatchObject({
      version: 0,
      createdBy: "ann",
      state: "pending",
      values: { kind: "company", status: "active", email: null, tags: ["navy"] },
    });
    world.run();
    expect(engine.record(type, id)).toMatchObject({ values: before?.values, version: 2, state: "confirmed" });
    expect(engine.records(type).map((view) => view.values.name)).toEqual(["Ada", "Grace"]);
  });

  test("a deleted record is gone at once", () => {
    const { engine, id } = connected();
    engine.transact([remove(type, id)]);
    expect(engine.record(type, id)).toBeUndefined();
    expect(engine.records(type)).toEqual([]);
    world.run();
    expect(engine.records(type)).toEqual([]);
    expect(world.server.records).toEqual([]);
  });

  test.each([
    ["result before delta", ["results", "deltas"]],
    ["delta before result", ["deltas", "results"]],
  ] as const)("keeps showing it with the %s", (_, lanes) => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    const link = world.link();
    link.read();
    for (const lane of lanes) {
      expect(link.deliver(lane)).toBeDefined();
      expect(nameOf(engine, id)).toBe("Grace");
    }
    expect(engine.record(type, id)).toMatchObject({ version: 2, state: "confirmed" });
  });

  test("leaves the overlay once the cursor has passed it, so that a later edit shows", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.link().read();
    world.server.write("bob", [set(type, id, "name", "Joan")]);
    const link = world.link();
    link.deliver("results");
    expect(engine.record(type, id)).toMatchObject({ values: { name: "Grace" }, state: "confirmed" });
    link.deliver("deltas");
    expect(nameOf(engine, id)).toBe("Grace");
    link.deliver("deltas");
    expect(nameOf(engine, id)).toBe("Joan");
  });

  test("gives way to a later edit of a record that it created, even before its answer", () => {
    const { engine } = connected();
    const id = world.newId();
    engine.transact([create(type, id, { name: "Grace" }), set(type, id, "phone", "1234")]);
    const link = world.link();
    link.read();
    world.server.write("bob", [set(type, id, "name", "Joan"), set(type, id, "phone", "5678")]);
    link.deliver("deltas");
    link.deliver("deltas");
    expect(engine.record(type, id)?.values).toMatchObject({ name: "Joan", phone: "5678" });
  });

  test("one field waiting leaves the others to whoever edits them", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.server.write("bob", [set(type, id, "phone", "1234")]);
    world.link().deliver("deltas");
    expect(engine.record(type, id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
  });

  test("needs an operation", () => {
    expect(() => world.engine("ann").transact([])).toThrow("at least one operation");
  });

  test("in no connection waits, and is sent in order when there is one", () => {
    const engine = world.engine("ann");
    const id = world.newId();
    engine.transact([create(type, id, { name: "Ada" })]);
    engine.transact([set(type, id, "name", "Grace")]);
    expect(nameOf(engine, id)).toBe("Grace");
    engine.start();
    world.run();
    expect(world.server.record(id)?.values.name).toBe("Grace");
    expect(pushes(world.link().heard).map(({ mutation }) => mutation)).toEqual([1, 2]);
    expect(engine.record(type, id)?.state).toBe("confirmed");
  });

  test("sends no more than a frame and the server may hold", () => {
    const { engine } = connected();
    const link = world.link();
    for (let n = 0; n < 250; n++) {
      if (n === 100) link.cut();
      engine.transact([
        create(type, world.newId(), { name: "é".repeat(200), tags: Array(20).fill("x".repeat(50)) }),
      ]);
    }
    expect(pushes(link.heard)).toHaveLength(0);
    world.pass(1_000);
    const next = world.link();
    next.open();
    next.read();
    next.deliver("deltas");
    while (next.hasMail) next.read();
    expect(pushes(next.heard)).toHaveLength(100);
    world.run();
    const sizes = next.heard.map((frame) => new TextEncoder().encode(JSON.stringify(frame)).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(102_400);
    expect(world.server.records).toHaveLength(251);
    expect(engine.pendingCount()).toBe(0);
  });
});

describe("a refusal", () => {
  test("goes to the dead letters, and the view falls back", async () => {
    const { engine, id } = connected();
    const { settled } = engine.transact([set(type, id, "name", "")]);
    expect(nameOf(engine, id)).toBeNull();
    world.run();
    const [letter] = engine.deadLetters();
    expect(letter).toMatchObject({ outcome: "rejected", error: { code: "field.required" } });
    expect(engine.record(type, id)).toMatchObject({
      values: { name: "Ada" },
      state: "failed",
      fields: { name: { state: "failed", letter } },
    });
    expect(await settled).toMatchObject({ outcome: "rejected", error: { code: "field.required" } });
    expect(engine.pendingCount()).toBe(0);
  });

  test("leaves alone what else waits on the record", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "")]);
    engine.transact([set(type, id, "phone", "1234")]);
    const link = world.link();
    link.read();
    link.deliver("results");
    expect(engine.record(type, id)?.values).toMatchObject({ name: "Ada", phone: "1234" });
    world.run();
    expect(world.server.record(id)?.values.phone).toBe("1234");
  });

  test("is mended by a new transaction", () => {
    const { engine, id } = connected();
    const { id: refused } = engine.transact([set(type, id, "name", "")]);
    world.run();
    let told = 0;
    engine.subscribe(type, () => told++);
    const { id: mended } = engine.retry(refused, [set(type, id, "name", "Grace")]);
    expect(mended).not.toBe(refused);
    expect(engine.deadLetters()).toEqual([]);
    expect(told).toBe(1);
    world.run();
    expect(engine.record(type, id)).toMatchObject({ values: { name: "Grace" }, state: "confirmed" });
    expect(() => engine.retry(refused)).toThrow(refused);
  });

  test("is answered by writing the field anew, though its letter stays", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "")]);
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    expect(engine.record(type, id)).toMatchObject({ values: { name: "Grace" }, state: "confirmed" });
    engine.transact([set(type, id, "name", "")]);
    world.run();
    expect(engine.record(type, id)?.state).toBe("failed");
    engine.transact([set(type, id, "name", "Joan")]);
    world.run();
    expect(engine.record(type, id)?.state).toBe("confirmed");
    expect(engine.deadLetters()).toHaveLength(2);
  });

  test("is forgotten when discarded", () => {
    const { engine, id } = connected();
    const { id: refused } = engine.transact([set(type, id, "name", "")]);
    world.run();
    engine.discard(refused);
    expect(engine.deadLetters()).toEqual([]);
    expect(engine.record(type, id)).toMatchObject({ state: "confirmed", fields: {} });
  });

  test("by a guard names the current record; the retry is guarded by what is held by then", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace", { version: 1 })]);
    world.server.write("bob", [set(type, id, "name", "Joan")]);
    world.run();
    const [letter] = engine.deadLetters();
    expect(letter).toMatchObject({
      outcome: "conflict",
      current: [{ values: { name: "Joan" }, version: 2 }],
    });
    expect(nameOf(engine, id)).toBe("Joan");
    engine.retry(letter?.id ?? "");
    world.run();
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("of a transaction too large for a frame comes without sending it", () => {
    const { engine, id } = connected();
    const operations = Array.from({ length: 3 }, () => set(type, id, "name", "x".repeat(40_000)));
    engine.transact(operations);
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    expect(engine.deadLetters()[0]?.error).toMatchObject({
      code: "frame.too_large",
      params: { max: 102_400 },
    });
    expect(pushes(world.link().heard)).toHaveLength(1);
    expect(nameOf(engine, id)).toBe("Grace");
  });
});

describe("a lost connection", () => {
  test("is made again, and sends the unanswered under the same numbers", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    engine.transact([set(type, id, "phone", "1234")]);
    const first = world.link();
    first.read();
    first.cut();
    expect(engine.status().connection).toBe("offline");
    expect(engine.record(type, id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
    world.calm([engine]);
    const second = world.link();
    expect(second).not.toBe(first);
    const sent = pushes(first.heard);
    expect(pushes(second.heard).slice(0, 1)).toEqual(sent);
    expect(pushes(second.heard).map(({ mutation }) => mutation)).toEqual([1, 2]);
    expect([...world.server.applications.values()]).toEqual([1, 1, 1]);
    expect(engine.record(type, id)).toMatchObject({
      values: { name: "Grace", phone: "1234" },
      state: "confirmed",
    });
  });

  test("goes on from the cursor", () => {
    const { engine, id } = connected();
    world.link().cut();
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.calm([engine]);
    const [hello] = world.link().heard;
    expect(hello).toMatchObject({ t: "hello", epoch: "epoch-1", cursor: { seq: 1, tx: "outside-1" } });
    expect(nameOf(engine, id)).toBe("Grace");
  });

  test("between the greeting and what was missed asks for it again", () => {
    const { engine, id } = connected();
    world.link().cut();
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.pass(1_000);
    const link = world.link();
    link.open();
    link.read();
    link.deliver("deltas");
    while (link.waiting.includes("snapshots")) link.deliver("snapshots");
    expect(engine.status().connection).toBe("live");
    link.cut();
    world.calm([engine]);
    expect(nameOf(engine, id)).toBe("Grace");
  });

  test("after which only snapshots are to be had shows what was applied until they come", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.link().read();
    world.link().deliver("results");
    world.link().cut();
    world.server.onlySnapshots = true;
    world.pass(1_000);
    const link = world.link();
    link.open();
    link.read();
    link.deliver("deltas");
    expect(nameOf(engine, id)).toBe("Grace");
    world.run();
    expect(engine.record(type, id)).toMatchObject({ values: { name: "Grace" }, version: 2 });
  });

  test("before every snapshot was there begins with snapshots again", () => {
    const id = world.newId();
    world.server.write("bob", [create(type, id, { name: "Ada" })]);
    const engine = world.engine("ann");
    engine.start();
    const link = world.link();
    link.open();
    link.read();
    link.deliver("deltas");
    link.deliver("snapshots");
    link.cut();
    world.calm([engine]);
    expect(world.link().heard[0]).toMatchObject({ t: "hello", cursor: null });
    expect(nameOf(engine, id)).toBe("Ada");
  });

  test("is tried again at growing, random intervals, and at once when the network is back", () => {
    const { engine } = connected();
    const waits: number[] = [];
    world.random = 0.999;
    for (let attempt = 0; attempt < 9; attempt++) {
      world.link().cut();
      const since = world.now;
      while (world.server.links.length === 0) world.pass(10);
      waits.push(world.now - since);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 14990, 14990, 14990]);
    world.link().cut();
    world.wake();
    expect(world.server.links).toHaveLength(1);
    world.run();
    expect(engine.status().connection).toBe("live");
    world.pass(15_000);
    world.link().cut();
    world.pass(250);
    expect(world.server.links).toHaveLength(1);
  });

  test("is noticed after 45 s of silence", () => {
    const { engine } = connected();
    const silent = world.link();
    world.pass(30_000);
    silent.say({ t: "nudge", head: world.server.head });
    world.pass(44_000);
    expect(engine.status().connection).toBe("live");
    world.pass(1_000);
    expect(silent.stands).toBe(false);
    silent.say({ t: "error", error: problem("server.error") });
    expect(engine.status().error).toBeNull();
    world.calm([engine]);
  });

  test("that does not come up within 10 s is tried anew", () => {
    const engine = world.engine("ann");
    engine.start();
    const stuck = world.link();
    world.pass(9_999);
    expect(stuck.stands).toBe(true);
    world.pass(1);
    expect(stuck.stands).toBe(false);
    world.calm([engine]);
  });

  test("is noticed at once when the page comes into view after a long sleep", () => {
    const { engine } = connected();
    const silent = world.link();
    world.sleep(44_000);
    world.wake();
    expect(silent.stands).toBe(true);
    world.sleep(1_000);
    world.wake();
    expect(silent.stands).toBe(false);
    world.calm([engine]);
  });

  test("that the server announced is not made again before it asked", () => {
    connected();
    world.link().say({ t: "bye", code: "server.stopping", retryMs: 5_000 });
    world.link().cut(1001);
    world.pass(4_999);
    expect(world.server.links).toHaveLength(0);
    world.pass(5_000);
    expect(world.server.links).toHaveLength(1);
  });

  test("with a restored server drops what that never knew, and sends again what it forgot to answer", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    engine.transact([set(type, id, "phone", "1234")]);
    world.server.restore(1);
    world.calm([engine]);
    expect(engine.record(type, id)).toMatchObject({
      values: { name: "Ada", phone: "1234" },
      version: 2,
      state: "confirmed",
    });
    expect(pushes(world.link().heard).map(({ mutation }) => mutation)).toEqual([1]);
  });

  test("with a restored server drops what it had applied but not yet shown", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.link().read();
    world.link().deliver("results");
    world.server.restore(1);
    world.calm([engine]);
    expect(nameOf(engine, id)).toBe("Ada");
  });
});

describe("answers that pass", () => {
  test("retry keeps the number and waits", () => {
    const { engine, id } = connected();
    world.server.passing.push("retry", "retry");
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    expect(engine.record(type, id)?.state).toBe("pending");
    world.pass(99);
    world.run();
    expect(pushes(world.link().heard)).toHaveLength(1);
    world.pass(101);
    world.run();
    engine.transact([set(type, id, "phone", "1234")]);
    world.calm([engine]);
    expect(pushes(world.link().heard).map(({ mutation }) => mutation)).toEqual([1, 1, 1, 2]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
  });

  test("retry of several is one wait, which grows", () => {
    const { engine, id } = connected();
    const link = world.link();
    link.cut();
    for (const name of ["Grace", "Joan", "Mary"]) engine.transact([set(type, id, "name", name)]);
    world.server.passing.push("retry", "retry");
    world.pass(1_000);
    world.run();
    const sent = () => pushes(world.link().heard).length;
    expect(sent()).toBe(3);
    world.pass(150);
    world.run();
    expect(sent()).toBe(6);
    world.pass(199);
    world.run();
    expect(sent()).toBe(6);
    world.pass(1);
    world.run();
    expect(sent()).toBe(9);
    expect(nameOf(engine, id)).toBe("Mary");
  });

  test("signIn pauses and drops nothing", () => {
    const { engine, id } = connected();
    world.server.passing.push("signIn");
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    expect(engine.status()).toMatchObject({ connection: "signedOut", pending: 1 });
    world.pass(60_000);
    world.wake();
    expect(world.server.links).toHaveLength(0);
    expect(nameOf(engine, id)).toBe("Grace");
    engine.start();
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });
});

describe("the end of a connection", () => {
  test.each([
    [4401, "signedOut"],
    [4403, "removed"],
    [1013, "offline"],
  ] as const)("with code %i means %s", (code, state) => {
    const { engine } = connected();
    world.link().cut(code);
    expect(engine.status().connection).toBe(state);
    world.pass(60_000);
    expect(world.server.links).toHaveLength(state === "offline" ? 1 : 0);
  });

  test("before it opened may mean that the session ended", async () => {
    const engine = world.engine("ann");
    engine.start();
    world.signedOut = true;
    const ended = new Promise<void>((resolve) =>
      engine.subscribe("status", () => engine.status().connection === "signedOut" && resolve()),
    );
    world.link().cut();
    await ended;
    world.pass(60_000);
    expect(world.server.links).toHaveLength(0);
  });

  test("with an unsupported protocol asks for a reload", () => {
    const { engine } = connected();
    world.link().say({ t: "error", error: problem("protocol.unsupported") });
    expect(engine.status()).toMatchObject({
      connection: "outdated",
      error: { code: "protocol.unsupported" },
    });
  });

  test("with a schema that the server no longer takes asks for a reload", () => {
    const engine = world.engine("ann");
    engine.start();
    const link = world.link();
    link.open();
    link.say(link.welcome({ schema: { min: 2, max: 3 } }));
    expect(engine.status().connection).toBe("outdated");
  });

  test("when the two disagree about the order of what was sent is only a new beginning", () => {
    const { engine, id } = connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.link().say({ t: "error", error: problem("frame.out_of_order") });
    expect(engine.status().connection).toBe("offline");
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("never hands one person's work to another who signed in meanwhile", () => {
    const { engine, id } = connected();
    const link = world.link();
    engine.transact([set(type, id, "name", "Grace")]);
    world.server.passing.push("signIn");
    world.run();
    engine.start();
    const next = world.link();
    expect(next).not.toBe(link);
    next.open();
    next.say(next.welcome({ me: { ...next.me, user: "eve" } }));
    expect(engine.status()).toMatchObject({ connection: "signedOut", pending: 1 });
    expect(pushes(next.heard)).toEqual([]);
    expect(engine.me()?.user).toBe("ann");
  });
});

describe("what others do", () => {
  test("arrives, and is marked for a moment", () => {
    const { engine, id } = connected("ann");
    const colleague = world.engine("bob");
    colleague.start();
    world.run();
    const seen: (string | null | undefined)[] = [];
    engine.subscribe("recent", () => seen.push(engine.recentChange({ type, id }, "name")?.by));
    colleague.transact([set(type, id, "name", "Grace")]);
    world.run();
    expect(nameOf(engine, id)).toBe("Grace");
    expect(engine.recentChange({ type, id }, "name")).toMatchObject({ by: "bob" });
    expect(engine.recentChange({ type, id })).toMatchObject({ by: "bob" });
    expect(engine.recentChange({ type, id }, "phone")).toBeNull();
    expect(colleague.recentChange({ type, id }, "name")).toBeNull();
    world.pass(3_000);
    colleague.transact([set(type, id, "phone", "1234")]);
    world.run();
    world.pass(1_000);
    expect(engine.recentChange({ type, id }, "name")).toBeNull();
    expect(engine.recentChange({ type, id }, "phone")).toMatchObject({ by: "bob" });
    world.pass(3_000);
    expect(engine.recentChange({ type, id })).toBeNull();
    expect(seen).toEqual(["bob", "bob", undefined, undefined]);
  });

  test("on a record shows, each person once and without myself", () => {
    const { engine, id } = connected("ann");
    const record = { type, id } as const;
    engine.look(record);
    world.run();
    expect(world.link().heard.at(-1)).toEqual({ t: "here", record });
    world.link().say({
      t: "presence",
      people: [
        { user: "bob", browser: "b1", record },
        { user: "bob", browser: "b2", record },
        { user: "ann", browser: "a2", record },
      ],
    });
    expect(engine.presence(record)).toEqual(["bob"]);
    expect(engine.presence(record)).toBe(engine.presence(record));
    world.link().cut();
    expect(engine.presence(record)).toEqual([]);
    world.calm([engine]);
    expect(world.link().heard).toContainEqual({ t: "here", record });
  });

  test("may take my right to read: then it is gone, and comes back with the right", () => {
    const { engine, id } = connected();
    const { me } = world.link();
    const nothing = { ...me, role: "viewer", permissions: [] } as const;
    world.link().say({ t: "revoke", scopes: ["solo.customers"], me: nothing });
    expect(engine.records(type)).toEqual([]);
    expect(engine.status().scopes["solo.customers"]).toBe("refused");
    expect(engine.can("solo.customer.read")).toBe(false);
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.run();
    expect(engine.records(type)).toEqual([]);
    const link = world.link();
    link.say({ t: "me", me });
    link.read();
    world.server.write("bob", [set(type, id, "name", "Joan")]);
    link.deliver("deltas");
    expect(engine.records(type)).toEqual([]);
    link.deliver("snapshots");
    expect(engine.can("solo.customer.read")).toBe(true);
    expect(nameOf(engine, id)).toBe("Joan");
  });

  test("may take my right to read, which comes back while I am away", () => {
    const { engine, id } = connected();
    world.link().say({ t: "revoke", scopes: ["solo.customers"] });
    world.link().cut();
    world.calm([engine]);
    expect(nameOf(engine, id)).toBe("Ada");
  });

  test("does not come back when it was deleted before the snapshot", () => {
    const { engine, id } = connected();
    const link = world.link();
    const gone = world.newId();
    world.server.write("bob", [create(type, gone, { name: "Gone" })]);
    world.server.write("bob", [remove(type, gone)]);
    link.say({
      t: "subOk",
      scope: "solo.customers",
      at: 3,
      records: world.server.snapshot("solo.customers"),
    });
    link.deliver("deltas");
    expect(engine.records(type).map((view) => view.id)).toEqual([id]);
  });

  test("is not undone by hearing of it again", () => {
    const { engine } = connected();
    const link = world.link();
    const id = world.newId();
    world.server.write("bob", [create(type, id, { name: "Old" })]);
    const told = link.deliver("deltas");
    world.server.write("bob", [set(type, id, "name", "New")]);
    link.deliver("deltas");
    if (told) link.say(told);
    expect(nameOf(engine, id)).toBe("New");
  });

  test("with a hole in between is not passed over by the cursor", () => {
    const { engine, id } = connected();
    const link = world.link();
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.server.write("bob", [set(type, id, "name", "Joan")]);
    link.lose();
    link.deliver("deltas");
    expect(nameOf(engine, id)).toBe("Ada");
    link.cut();
    world.calm([engine]);
    expect(nameOf(engine, id)).toBe("Joan");
  });

  test("with a hole between a snapshot and what overtook it makes the scope be asked for again", () => {
    const id = world.newId();
    world.server.write("bob", [create(type, id, { name: "Ada" })]);
    const engine = world.engine("ann");
    engine.start();
    const link = world.link();
    link.open();
    link.read();
    link.deliver("deltas");
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.server.write("bob", [set(type, id, "phone", "1234")]);
    link.lose();
    link.deliver("deltas");
    world.run();
    expect(engine.record(type, id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
  });

  test("with a hole in between makes the scope be asked for again", () => {
    const { engine, id } = connected();
    const link = world.link();
    link.say({
      t: "delta",
      from: 1,
      to: { seq: 7, tx: "seven" },
      items: [
        {
          seq: 7,
          tx: "seven",
          at: "2026-11-21T10:00:00Z",
          actor: "bob",
          browser: null,
          records: [{ type, id, version: 7, previous: 6, set: { name: "Wrong" } }],
        },
      ],
    });
    expect(nameOf(engine, id)).toBe("Ada");
    link.read();
    expect(link.heard.at(-1)).toEqual({ t: "sub", add: ["solo.customers"], remove: ["solo.customers"] });
  });
});

describe("views", () => {
  test("stay the same object until they say something else", () => {
    const { engine, id } = connected();
    const other = world.newId();
    world.server.write("bob", [create(type, other, { name: "Joan" })]);
    world.run();
    const [before, list, untouched] = [
      engine.record(type, id),
      engine.records(type),
      engine.record(type, other),
    ];
    const status = engine.status();
    world.link().say({ t: "nudge", head: world.server.head });
    expect(engine.records(type)).toBe(list);
    expect(engine.status()).toBe(status);
    engine.transact([set(type, id, "name", "Grace")]);
    expect(engine.record(type, id)).not.toBe(before);
    expect(engine.records(type)).not.toBe(list);
    expect(engine.record(type, other)).toBe(untouched);
    expect(engine.records(type)).toBe(engine.records(type));
  });

  test("survive a new snapshot that says the same", () => {
    const { engine, id } = connected();
    const before = engine.records(type);
    world.server.epoch = "epoch-2";
    world.link().cut();
    world.calm([engine]);
    expect(world.link().heard[0]).toMatchObject({ epoch: "epoch-1" });
    expect(engine.records(type)).toBe(before);
    expect(engine.record(type, id)).toBe(before[0]);
  });

  test("are in the order of their ids, however they came", () => {
    const { engine } = connected();
    const ids = Array.from({ length: 200 }, () => world.newId());
    for (const id of [...ids].reverse()) engine.transact([create(type, id, { name: id })]);
    expect(engine.records(type).map((view) => view.id)).toEqual(
      [...engine.records(type)].map((view) => view.id).sort(),
    );
    const late = `${ids[50]?.slice(0, -1)}x`;
    engine.transact([create(type, late, { name: "late" })]);
    engine.transact([remove(type, ids[7] ?? "")]);
    const shown = engine.records(type).map((view) => view.id);
    expect(shown).toHaveLength(201);
    expect(shown).toEqual([...shown].sort());
  });

  test("tell their listeners once per change, and no one else's", () => {
    const { engine, id } = connected();
    const other = world.newId();
    world.server.write("bob", [create(type, other, { name: "Joan" })]);
    world.run();
    const told = { type: 0, record: 0, other: 0 };
    engine.subscribe(type, () => told.type++);
    engine.subscribe(`${type}/${id}`, () => told.record++);
    const stop = engine.subscribe(`${type}/${other}`, () => told.other++);
    engine.transact([set(type, id, "name", "Grace"), set(type, id, "phone", "1234")]);
    expect(told).toEqual({ type: 1, record: 1, other: 0 });
    stop();
    engine.transact([set(type, other, "name", "Grace")]);
    expect(told).toEqual({ type: 2, record: 1, other: 0 });
  });
});

describe("stopping and starting", () => {
  test("keeps all that is held and what waits", () => {
    const { engine, id } = connected();
    engine.stop();
    engine.transact([set(type, id, "name", "Grace")]);
    world.pass(60_000);
    expect(world.server.links).toHaveLength(0);
    expect(nameOf(engine, id)).toBe("Grace");
    engine.start();
    engine.start();
    world.calm([engine]);
    expect(world.server.links).toHaveLength(1);
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });
});
