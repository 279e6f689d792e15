import { beforeEach, describe, expect, test } from "vitest";
import { scopeNames } from "./metadata";
import { create, remove, set } from "./operations";
import { problem } from "./testing/fakeServer";
import { World } from "./testing/world";
import type { Engine } from "./types";

const type = "solo.customer";
let world: World;

beforeEach(() => {
  world = new World();
});

function nameOf(engine: Engine, id: string): string | undefined {
  return engine.record(type, id)?.values.name;
}

describe("who is no member any more", () => {
  test("holds nothing of the workspace, on the disk neither, and keeps what was not sent", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.link().cut(4403);
    world.settle();
    expect(engine.status().connection).toBe("removed");
    expect(engine.records(type)).toEqual([]);
    expect(world.disk().kept.records.size).toBe(0);
    expect(engine.pending()).toHaveLength(1);
    engine.start();
    world.run();
    expect(world.link().heard[0]).toMatchObject({ t: "hello", epoch: null, cursor: null, access: null });
    expect(nameOf(engine, id)).toBe("Grace");
  });
});

describe("a lost connection", () => {
  test("is made again, and sends the unanswered under the same numbers", () => {
    const { engine, id } = world.connected();
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
    const sent = first.pushed;
    expect(second.pushed.slice(0, 1)).toEqual(sent);
    expect(second.pushed.map(({ mutation }) => mutation)).toEqual([1, 2]);
    expect([...world.server.applications.values()]).toEqual([1, 1, 1]);
    expect(engine.record(type, id)).toMatchObject({
      values: { name: "Grace", phone: "1234" },
      state: "confirmed",
    });
  });

  test("goes on with the next number where an id is taken", () => {
    const { engine, id } = world.connected();
    const { id: taken } = engine.transact([set(type, id, "name", "Grace")]);
    world.server.applications.set(taken, 1);
    engine.transact([set(type, id, "phone", "1234")]);
    world.run();
    expect(engine.deadLetters()).toMatchObject([{ id: taken, error: { code: "transaction.id_taken" } }]);
    expect(world.link().pushed.map(({ mutation }) => mutation)).toEqual([1, 2]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Ada", phone: "1234" });
  });

  test("goes on from the cursor", () => {
    const { engine, id } = world.connected();
    world.link().cut();
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.calm([engine]);
    const [hello] = world.link().heard;
    expect(hello).toMatchObject({ t: "hello", epoch: "epoch-1", cursor: { seq: 1, tx: "outside-1" } });
    expect(nameOf(engine, id)).toBe("Grace");
  });

  test("between the greeting and what was missed asks for it again", () => {
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine } = world.connected();
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
    const { engine } = world.connected();
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
    const { engine } = world.connected();
    const silent = world.link();
    world.sleep(44_000);
    world.wake();
    expect(silent.stands).toBe(true);
    world.sleep(1_000);
    world.wake();
    expect(silent.stands).toBe(false);
    world.calm([engine]);
  });

  test("is noticed at once when the machine goes offline and the server cannot be reached", async () => {
    const { engine } = world.connected();
    const dead = world.link();
    await world.network(false);
    expect(dead.stands).toBe(true);
    world.reachable = false;
    await world.network(false);
    expect(dead.stands).toBe(false);
    expect(engine.status().connection).toBe("offline");
    world.calm([engine]);
  });

  test("is made again at once when the machine is online, or the person asks for it", async () => {
    const { engine } = world.connected();
    const old = world.link();
    await world.network(true);
    expect(old.stands).toBe(false);
    world.calm([engine]);
    for (let attempt = 0; attempt < 9; attempt++) {
      world.link().cut();
      expect(engine.status().connection).toBe("offline");
      engine.tryNow();
      expect(world.server.links).toHaveLength(1);
    }
    world.calm([engine]);
    engine.stop();
    engine.tryNow();
    await world.network(true);
    expect(world.server.links).toHaveLength(0);
  });

  test("that the server announced is not made again before it asked", () => {
    world.connected();
    world.link().say({ t: "bye", code: "server.stopping", retryMs: 5_000 });
    world.link().cut(1001);
    world.pass(4_999);
    expect(world.server.links).toHaveLength(0);
    world.pass(5_000);
    expect(world.server.links).toHaveLength(1);
  });

  test("with a restored server drops what that never knew, and sends again what it forgot to answer", () => {
    const { engine, id } = world.connected();
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
    expect(world.link().pushed.map(({ mutation }) => mutation)).toEqual([1]);
  });

  test("with a restored server drops what it had applied but not yet shown", () => {
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
    world.server.passing.push("retry", "retry");
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    expect(engine.record(type, id)?.state).toBe("pending");
    world.pass(99);
    world.run();
    expect(world.link().pushed).toHaveLength(1);
    world.pass(101);
    world.run();
    engine.transact([set(type, id, "phone", "1234")]);
    world.calm([engine]);
    expect(world.link().pushed.map(({ mutation }) => mutation)).toEqual([1, 1, 1, 2]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
  });

  test("retry of several is one wait, which grows", () => {
    const { engine, id } = world.connected();
    const link = world.link();
    link.cut();
    for (const name of ["Grace", "Joan", "Mary"]) engine.transact([set(type, id, "name", name)]);
    world.server.passing.push("retry", "retry");
    world.pass(1_000);
    world.run();
    const sent = () => world.link().pushed.length;
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
});

describe("the end of a connection", () => {
  test.each([
    [4401, "signedOut"],
    [4403, "removed"],
    [1013, "offline"],
  ] as const)("with code %i means %s", (code, state) => {
    const { engine } = world.connected();
    world.link().cut(code);
    expect(engine.status().connection).toBe(state);
    world.pass(60_000);
    expect(world.server.links).toHaveLength(state === "offline" ? 1 : 0);
  });

  test.each([
    ["before the server has read", 0],
    ["before it has answered", 1],
  ])("of the session pauses what was sent %s, and drops nothing", (_, reads) => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    const link = world.link();
    for (let read = 0; read < reads; read++) link.read();
    link.say({ t: "error", error: problem("session.ended") });
    link.cut(4401);
    expect(engine.status()).toMatchObject({ connection: "signedOut", pending: 1 });
    world.pass(60_000);
    world.wake();
    expect(world.server.links).toHaveLength(0);
    expect(nameOf(engine, id)).toBe("Grace");
    engine.start();
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
    expect([...world.server.applications.values()]).toEqual([1, 1]);
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
    const { engine } = world.connected();
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
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.link().say({ t: "error", error: problem("frame.out_of_order") });
    expect(engine.status().connection).toBe("offline");
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("never hands one person's work to another who signed in meanwhile", () => {
    const { engine, id } = world.connected();
    const link = world.link();
    engine.transact([set(type, id, "name", "Grace")]);
    link.cut(4401);
    engine.start();
    const next = world.link();
    expect(next).not.toBe(link);
    next.open();
    next.say(next.welcome({ me: { ...next.me, user: "eve" } }));
    expect(engine.status()).toMatchObject({ connection: "signedOut", pending: 1 });
    expect(next.pushed).toEqual([]);
    expect(engine.me()?.user).toBe("ann");
  });
});

describe("what others do", () => {
  test("arrives, and is marked for a moment", () => {
    const { engine, id } = world.connected("ann");
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

  test("is no longer marked where I wrote over it", () => {
    const { engine, id } = world.connected("ann");
    const mark = (field?: string) => engine.recentChange({ type, id }, field)?.by;
    world.server.write("bob", [set(type, id, "name", "Grace"), set(type, id, "phone", "1234")]);
    world.run();
    engine.transact([set(type, id, "name", "Mary")]);
    expect([mark("name"), mark("phone"), mark()]).toEqual([undefined, "bob", "bob"]);
    engine.transact([set(type, id, "phone", "99")]);
    expect([mark("phone"), mark()]).toEqual([undefined, undefined]);
  });

  test("is not marked where my write, still under way, comes after it", () => {
    const { engine, id } = world.connected("ann");
    engine.transact([set(type, id, "name", "Mary")]);
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.run();
    expect(nameOf(engine, id)).toBe("Mary");
    expect(engine.recentChange({ type, id }, "name")).toBeNull();
  });

  test("says whether a record was deleted", () => {
    const { engine, id } = world.connected("ann");
    world.server.write("bob", [remove(type, id)]);
    world.run();
    expect(engine.recentChange({ type, id })).toMatchObject({ kind: "deleted", by: "bob" });
  });

  test("on a record shows, each person once and without myself", () => {
    const { engine, id } = world.connected("ann");
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
    const { engine, id } = world.connected();
    const { me } = world.link();
    const nothing = { ...me, role: "viewer", permissions: [] } as const;
    world.link().say({ t: "revoke", id: "r1", scopes: ["solo.customers"], records: [], me: nothing });
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
    const { engine, id } = world.connected();
    const { me } = world.link();
    world.link().say({ t: "revoke", id: "r1", scopes: ["solo.customers"], records: [], me });
    world.link().cut();
    world.calm([engine]);
    expect(nameOf(engine, id)).toBe("Ada");
  });

  test("may take single records, and hears that they are forgotten", () => {
    const { engine, id } = world.connected();
    const link = world.link();
    link.say({
      t: "revoke",
      id: "r1",
      scopes: [],
      records: [{ type, id }],
      me: { ...link.me, access: "less" },
    });
    expect(engine.record(type, id)).toBeUndefined();
    world.run();
    expect(link.heard).toContainEqual({ t: "revoked", id: "r1" });
    link.cut();
    world.calm([engine]);
    expect(world.link().heard[0]).toMatchObject({ t: "hello", access: "less" });
  });

  test("may end my membership: all is forgotten on the disk before I say so on the same line", () => {
    const { engine } = world.connected();
    const link = world.link();
    engine.transact([create(type, world.newId(), { name: "Mine" })]);
    world.run();
    world.isSlow = true;
    const me = { ...link.me, permissions: [] };
    link.say({ t: "revoke", id: "r1", scopes: scopeNames, records: [], me });
    const isSaid = () => {
      while (link.hasMail) link.read();
      return link.heard.some((frame) => frame.t === "revoked");
    };
    const kept = () => world.disk().kept.records.size + world.disk().kept.undo.size;
    expect([engine.records(type), kept() > 0, isSaid()]).toEqual([[], true, false]);
    while (!isSaid()) {
      expect(world.one()).toBe(true);
      if (isSaid()) expect(kept()).toBe(0);
    }
    link.cut(4403);
    world.settle();
    expect(engine.status().connection).toBe("removed");
  });

  test("may put records in and take them out of a scope that I hold", () => {
    const { engine, id } = world.connected();
    const [held] = world.server.snapshot("solo.customers");
    if (!held) throw new Error("The server holds no customer.");
    const opened = { ...held, id: world.newId(), version: 7, values: { ...held.values, name: "Opened" } };
    const stale = { ...held, version: held.version - 1, values: { ...held.values, name: "Stale" } };
    world.link().say({ t: "subOk", scope: "solo.customers", at: 7, changed: [opened, stale], gone: [] });
    expect(nameOf(engine, opened.id)).toBe("Opened");
    expect(nameOf(engine, id)).toBe("Ada");
    world.link().say({ t: "subOk", scope: "solo.customers", at: 8, changed: [], gone: [id] });
    expect(engine.records(type).map((view) => view.id)).toEqual([opened.id]);
  });

  test("may lead a record out of my sight", () => {
    const { engine, id } = world.connected();
    const item = { seq: 2, tx: "moved", at: "2026-01-01T00:00:00Z", actor: "bob", browser: null };
    const records = [{ type, id, version: 2, previous: 1, leave: true }] as const;
    world.link().say({ t: "delta", from: 1, to: { seq: 2, tx: "moved" }, items: [{ ...item, records }] });
    expect(engine.record(type, id)).toBeUndefined();
  });

  test("does not come back when it was deleted before the snapshot", () => {
    const { engine, id } = world.connected();
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
    const { engine } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
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

describe("stopping and starting", () => {
  test("keeps all that is held and what waits", () => {
    const { engine, id } = world.connected();
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
