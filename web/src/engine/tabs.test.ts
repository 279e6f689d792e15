import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { idsOf } from "./letters";
import { create, set } from "./operations";
import type { Operation, RecordRef } from "./protocol";
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

function second(): ReturnType<World["tab"]> {
  const opened = world.tab("ann");
  opened.engine.start();
  world.run();
  return opened;
}

describe("a page that is opened again", () => {
  test("shows what was kept before there is a connection, and then catches up", () => {
    const { tab, id } = world.connected();
    tab.kill();
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    const { engine } = world.tab("ann");
    engine.start();
    expect(nameOf(engine, id)).toBe("Ada");
    expect(engine.status()).toMatchObject({ storage: "kept", scopes: { "solo.customers": "ready" } });
    expect(engine.can("solo.customer.update")).toBe(true);
    world.run();
    expect(world.link().heard[0]).toMatchObject({ t: "hello", cursor: { seq: 1 } });
    expect(nameOf(engine, id)).toBe("Grace");
  });

  test("sends what waited, under the numbers that it had", () => {
    const { engine, tab, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    const link = world.link();
    link.read();
    const [sent] = link.pushed;
    tab.kill();
    const { engine: next } = second();
    expect(world.link().pushed).toEqual([sent]);
    expect(next.pendingCount()).toBe(0);
    expect(nameOf(next, id)).toBe("Grace");
    expect(world.server.applications.get(sent?.id ?? "")).toBe(1);
  });

  test("knows that there is more than it holds, and holds what was asked for in another tab", () => {
    world.server.mostAtOnce = 1;
    const far = world.newId();
    world.server.write("bob", [create(type, far, { name: "Far" })]);
    const { engine, tab, id } = world.connected();
    const { engine: other } = second();
    for (const one of [engine, other]) {
      expect(one.status().windows).toEqual(["solo.customers"]);
      expect(one.records(type).map((view) => view.id)).toEqual([id]);
    }
    const found = world.server.record(far);
    other.bring(found ? [found] : []);
    world.run();
    world.server.write("bob", [set(type, far, "name", "Near")]);
    world.run();
    for (const one of [engine, other]) expect(nameOf(one, far)).toBe("Near");
    tab.kill();
    world.run();
    const { engine: next } = world.tab("ann");
    next.start();
    expect(nameOf(next, far)).toBe("Near");
    expect(next.status().windows).toEqual(["solo.customers"]);
  });

  test("has its refusals, with what waits for them", () => {
    const { engine, tab } = world.connected();
    const id = world.newId();
    engine.transact([create(type, id, { name: "" })]);
    engine.transact([set(type, id, "phone", "1234")]);
    world.run();
    tab.kill();
    const { engine: next } = second();
    const [letter] = next.deadLetters();
    expect(next.deadLetters()).toHaveLength(1);
    expect(letter).toMatchObject({
      error: { code: "field.required" },
      held: [{ operations: [{ op: "set" }] }],
    });
    next.retry(letter?.id ?? "", [create(type, id, { name: "Grace" })]);
    world.run();
    expect(world.server.record(id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
    expect(next.deadLetters()).toEqual([]);
  });

  test("has what was done in the last moment of the page before it", () => {
    const { engine, tab, id } = world.connected();
    world.isSlow = true;
    engine.transact([set(type, id, "name", "Grace")]);
    expect([engine.pendingCount(), engine.unkeptCount()]).toEqual([1, 0]);
    tab.close();
    world.isSlow = false;
    const { engine: next } = second();
    expect(nameOf(next, id)).toBe("Grace");
    expect(world.server.record(id)?.values.name).toBe("Grace");
    expect(world.notes.size).toBe(0);
  });

  test("sends what was done while it was opened in the order of doing", () => {
    world.isSlow = true;
    const { engine } = world.tab("ann");
    const id = world.newId();
    engine.transact([create(type, id, { name: "Ada" })]);
    engine.start();
    engine.transact([set(type, id, "name", "Grace")]);
    world.isSlow = false;
    world.calm([engine]);
    expect(engine.deadLetters()).toEqual([]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("has what was done in one that was closed before it had read anything", () => {
    world.isSlow = true;
    const { engine, tab } = world.tab("ann");
    engine.start();
    const id = world.newId();
    engine.transact([create(type, id, { name: "Grace" })]);
    tab.close();
    world.isSlow = false;
    const { engine: next } = second();
    expect(nameOf(next, id)).toBe("Grace");
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("forgets what was revoked, also on the disk, before it says so", () => {
    const { id } = world.connected();
    const link = world.link();
    world.isSlow = true;
    link.say({ t: "revoke", id: "r1", scopes: [], records: [{ type, id }], me: link.me });
    expect(link.hasMail).toBe(false);
    world.settle();
    expect(world.disk().kept.records.size).toBe(0);
    link.read();
    expect(link.heard.at(-1)).toEqual({ t: "revoked", id: "r1" });
  });

  test("forgets it in letters and in what could be undone as well, but not what I wrote myself", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    engine.transact([{ ...set(type, id, "name", "Joan"), guard: { field: "name", equals: "Mary" } }]);
    world.run();
    expect(engine.deadLetters()[0]).toMatchObject({ current: [{ id }] });
    const link = world.link();
    link.say({ t: "revoke", id: "r1", scopes: [], records: [{ type, id }], me: link.me });
    world.run();
    expect(engine.canUndo()).toBe(false);
    expect(engine.deadLetters()).toMatchObject([{ operations: [{ value: "Joan" }], current: [] }]);
    const { undo, letters } = world.disk().kept;
    expect(undo.size).toBe(0);
    // Neither what stands there, nor what stood there when I wrote.
    expect(JSON.stringify([...letters.values()])).not.toMatch(/Grace|Mary/u);
  });

  test("forgets it in what waits as well", () => {
    const { engine, id } = world.connected();
    const link = world.link();
    world.isSlow = true;
    engine.transact([{ ...set(type, id, "name", "Joan"), guard: { field: "name", equals: "Ada" } }]);
    world.settle();
    link.say({ t: "revoke", id: "r1", scopes: [], records: [{ type, id }], me: link.me });
    world.settle();
    const kept = JSON.stringify([...world.disk().kept.queue.values()]);
    expect([kept.includes("Joan"), kept.includes("Ada")]).toEqual([true, false]);
  });
});

describe("what builds on a refused record", () => {
  test("is held while it was never sent, and also where it was refused in its turn", () => {
    const engine = world.engine("ann");
    const [id, other] = [world.newId(), world.newId()];
    engine.transact([create(type, id, { name: "" })]);
    engine.transact([set(type, id, "phone", "1")]);
    engine.transact([create(type, other, { name: "Free" })]);
    engine.start();
    world.run();
    engine.transact([set(type, id, "phone", "2")]);
    world.run();
    expect(engine.deadLetters()).toHaveLength(1);
    expect(engine.deadLetters()[0]?.held).toHaveLength(2);
    expect(world.server.record(other)?.values.name).toBe("Free");
    engine.discard(engine.deadLetters()[0]?.id ?? "");
    expect(world.disk().kept.letters.size).toBe(0);
  });

  test("waits for nobody where someone else has made the record", () => {
    const { engine, id } = world.connected();
    engine.transact([create(type, id, { name: "Ada" })]);
    engine.transact([set(type, id, "name", "")]);
    world.run();
    expect(engine.deadLetters().map(({ error }) => error.code)).toEqual(["record.exists", "field.required"]);
  });
});

describe("two tabs", () => {
  test("have one line, and both show what comes over it", () => {
    const { engine, id } = world.connected();
    const { engine: other } = second();
    expect(world.server.links).toHaveLength(1);
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.run();
    expect([nameOf(engine, id), nameOf(other, id)]).toEqual(["Grace", "Grace"]);
    expect(other.status()).toEqual(engine.status());
    expect(other.me()).toEqual(engine.me());
    expect(other.recentChange({ type, id }, "name")).toMatchObject({ by: "bob" });
  });

  test("write through the one that leads, and both hear the answer", async () => {
    const { engine, id } = world.connected();
    const { engine: other } = second();
    const { settled } = other.transact([set(type, id, "name", "Grace")]);
    expect(nameOf(other, id)).toBe("Grace");
    expect(nameOf(engine, id)).toBe("Grace");
    world.run();
    expect(await settled).toEqual({ outcome: "applied", seq: 2 });
    expect(world.link().pushed).toHaveLength(1);
    const refused = other.transact([set(type, id, "name", "")]);
    world.run();
    expect(await refused.settled).toMatchObject({ outcome: "rejected", error: { code: "field.required" } });
    expect(other.deadLetters()).toEqual(engine.deadLetters());
    other.discard(other.deadLetters()[0]?.id ?? "");
    expect(engine.deadLetters()).toEqual([]);
    for (const one of [engine, other]) {
      expect(one.record(type, id)).toMatchObject({ values: { name: "Grace" }, state: "confirmed" });
      expect(one.pendingCount()).toBe(0);
    }
  });

  test("hand the lead on when one goes", () => {
    const { tab, id } = world.connected();
    const { engine: other } = second();
    other.transact([set(type, id, "name", "Grace")]);
    tab.kill();
    world.run();
    expect(world.link().heard[0]).toMatchObject({ t: "hello", leader: 2 });
    expect(world.server.record(id)?.values.name).toBe("Grace");
    expect(other.status()).toMatchObject({ connection: "live", pending: 0 });
  });

  test("never give a number twice, whoever gave it first", () => {
    const { engine, tab, id } = world.connected();
    const { engine: other } = second();
    engine.transact([set(type, id, "name", "Grace")]);
    tab.kill();
    other.transact([set(type, id, "phone", "1234")]);
    world.run();
    expect(world.link().pushed.map(({ mutation }) => mutation)).toEqual([1, 2]);
    expect(other.deadLetters()).toEqual([]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
  });

  test("send what one has kept that died before it told of it", () => {
    const { engine, id } = world.connected();
    const { engine: other, tab } = second();
    world.isSlow = true;
    const { id: made } = other.transact([set(type, id, "name", "Grace")]);
    tab.freeze();
    world.isSlow = false;
    world.settle();
    tab.kill();
    const { engine: next } = second();
    world.calm([engine, next]);
    expect(world.server.applications.get(made)).toBe(1);
    expect([nameOf(engine, id), nameOf(next, id)]).toEqual(["Grace", "Grace"]);
  });

  test("look once for what a page knows of a disk that was wiped since", () => {
    const { engine } = world.connected();
    const stale = world.channel("holdfast:ann:workspace", () => {});
    for (let round = 0; round < 5; round++) {
      stale.post({ t: "ping", at: 99 });
      world.pass(2_000);
      world.run();
    }
    expect(world.disk().kept.leader).toBe(2);
    expect(engine.status().connection).toBe("live");
  });

  test("take up at once what one that is closed could not keep", () => {
    const { engine, id } = world.connected();
    const { engine: other, tab } = second();
    world.isSlow = true;
    other.transact([set(type, id, "name", "Grace")]);
    tab.close();
    world.isSlow = false;
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
    expect(world.notes.size).toBe(0);
  });

  test("take up what was noted once, though it was kept, and though both begin with it", () => {
    const { engine, tab, id } = world.connected();
    world.isSlow = true;
    const { id: made } = engine.transact([set(type, id, "name", "Grace")]);
    tab.freeze();
    world.isSlow = false;
    world.settle();
    expect(world.disk().kept.queue.size).toBe(1);
    tab.close();
    world.isSlow = true;
    const tabs = [second(), second()];
    world.isSlow = false;
    world.calm(tabs.map(({ engine: one }) => one));
    expect(world.server.applications.get(made)).toBe(1);
    expect(world.disk().kept.queue.size).toBe(0);
    for (const { engine: one } of tabs) {
      expect(one.deadLetters()).toEqual([]);
      expect(nameOf(one, id)).toBe("Grace");
    }
  });

  test("replace one that is frozen, which neither writes nor speaks when it wakes", () => {
    const { engine, tab, id } = world.connected();
    const { engine: other } = second();
    engine.transact([set(type, id, "name", "Frozen")]);
    tab.freeze();
    other.transact([set(type, id, "phone", "1234")]);
    world.pass(9_000);
    expect(world.server.links).toHaveLength(1);
    world.pass(4_000);
    world.run();
    expect(world.server.record(id)?.values).toMatchObject({ name: "Frozen", phone: "1234" });
    expect([...world.server.applications.values()]).toEqual([1, 1, 1]);
    engine.transact([set(type, id, "name", "Thawing")]);
    tab.thaw();
    world.run();
    expect(world.server.links).toHaveLength(1);
    expect(world.server.record(id)?.values.name).toBe("Thawing");
    expect([nameOf(engine, id), nameOf(other, id)]).toEqual(["Thawing", "Thawing"]);
    expect(engine.status()).toMatchObject({ connection: "live", pending: 0 });
  });

  test("do not take the lead from each other while nobody looks", () => {
    const { tab } = world.connected();
    const { tab: hidden } = second();
    hidden.isVisible = false;
    tab.freeze();
    world.pass(60_000);
    world.run();
    expect(world.disk().kept.leader).toBe(1);
    hidden.isVisible = true;
    world.pass(14_000);
    expect(world.disk().kept.leader).toBe(2);
  });
});

describe("a disk", () => {
  test("without room for an edit refuses it, visibly", async () => {
    const { engine, id } = world.connected();
    const disk = world.disk();
    disk.faults.set(disk.operations + 1, "full");
    const { settled } = engine.transact([set(type, id, "name", "Grace")]);
    expect(await settled).toMatchObject({ outcome: "rejected", error: { code: "storage.full" } });
    expect(nameOf(engine, id)).toBe("Ada");
    engine.retry(engine.deadLetters()[0]?.id ?? "");
    world.run();
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("without room for an edit says so at the field also while an earlier one waits there", () => {
    const { engine, id } = world.connected();
    world.link().cut();
    engine.transact([set(type, id, "name", "Grace")]);
    const disk = world.disk();
    disk.faults.set(disk.operations + 1, "full");
    engine.transact([set(type, id, "name", "Grete")]);
    expect(engine.record(type, id)?.fields.name).toMatchObject({
      state: "failed",
      letter: { error: { code: "storage.full" } },
    });
    expect(engine.record(type, id)?.state).toBe("failed");
    engine.transact([set(type, id, "name", "Greta")]);
    expect(engine.record(type, id)?.fields.name).toMatchObject({ state: "pending" });
    expect(nameOf(engine, id)).toBe("Greta");
  });

  test("without room for an edit still says so when it was read anew", () => {
    const { engine, id } = world.connected();
    const disk = world.disk();
    disk.faults.set(disk.operations + 1, "full");
    disk.faults.set(disk.operations + 2, "full");
    const { id: refused } = engine.transact([set(type, id, "name", "Grace")]);
    world.server.write("bob", [set(type, id, "phone", "1234")]);
    world.calm([engine]);
    expect(engine.deadLetters().map((letter) => letter.id)).toEqual([refused]);
    engine.discard(refused);
    world.calm([engine]);
    expect(engine.deadLetters()).toEqual([]);
  });

  test("without room for records keeps what waits all the same", () => {
    const { engine, tab, id } = world.connected();
    const disk = world.disk();
    disk.faults.set(disk.operations + 1, "full");
    world.server.write("bob", [set(type, id, "name", "Grace")]);
    world.calm([engine]);
    expect(engine.status().storage).toBe("full");
    expect(disk.kept.records.size).toBe(0);
    expect(nameOf(engine, id)).toBe("Grace");
    world.link().cut();
    engine.transact([set(type, id, "phone", "1234")]);
    tab.kill();
    const { engine: next } = second();
    world.calm([next]);
    expect(next.record(type, id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
  });

  test("makes room by what was least used, and keeps it again where there is room", () => {
    const { engine, tab, id } = world.connected();
    const role = world.newId();
    world.server.write("bob", [create("access.role", role, { name: "Clerk", permissions: [] })]);
    world.run();
    engine.records("access.role");
    engine.records(type);
    const disk = world.disk();
    disk.faults.set(disk.operations + 1, "full");
    engine.transact([set(type, id, "name", "Grace")]);
    expect(engine.deadLetters()).toMatchObject([{ error: { code: "storage.full" } }]);
    expect([...disk.kept.records.keys()]).toEqual([`${type}/${id}`]);
    expect(engine.status().storage).toBe("full");
    expect(engine.record("access.role", role)?.values.name).toBe("Clerk");
    engine.retry(engine.deadLetters()[0]?.id ?? "");
    world.server.write("bob", [set("access.role", role, "name", "Bookkeeper")]);
    world.run();
    expect(disk.kept.records.size).toBe(1);
    expect(world.server.record(id)?.values.name).toBe("Grace");

    const { engine: other } = second();
    expect(other.record("access.role", role)?.values.name).toBe("Bookkeeper");
    tab.kill();
    world.calm([other]);
    expect(disk.kept.records.size).toBe(1);
    const { engine: third, tab: last } = second();
    expect(third.record("access.role", role)?.values.name).toBe("Bookkeeper");
    for (const each of world.tabs) if (each !== last) each.kill();
    last.kill();
    const { engine: next } = second();
    world.calm([next]);
    expect([disk.kept.records.size, next.status().storage]).toEqual([2, "kept"]);
  });

  test("makes some before there is none, and never of what waits", async () => {
    world.usedRoom = 0.81;
    const { engine, id } = world.connected();
    await vi.waitFor(() => expect(engine.status().storage).toBe("full"));
    const { kept } = world.disk();
    expect([kept.records.size, engine.records(type).length]).toEqual([0, 1]);
    world.link().cut();
    engine.transact([set(type, id, "name", "Grace")]);
    expect([kept.queue.size, engine.status().pending]).toEqual([1, 1]);
  });

  test("leaves alone what there is room for", async () => {
    world.usedRoom = 0.8;
    const { engine } = world.connected();
    // Whoever asked how much is taken has heard.
    await Promise.resolve();
    expect(engine.status().storage).toBe("kept");
  });

  describe("without room for records that a tab beside the leading one still shows", () => {
    let engine: Engine;
    let other: Engine;
    let id: string;

    beforeEach(() => {
      ({ engine, id } = world.connected());
      ({ engine: other } = second());
      const disk = world.disk();
      disk.faults.set(disk.operations + 1, "full");
      world.server.write("bob", [set(type, id, "name", "Grace")]);
      world.link().deliver("deltas");
      expect([engine, other].map((one) => one.records(type).length)).toEqual([0, 1]);
    });

    test("leaves nothing in any to who is no member any more", () => {
      world.link().cut(4403);
      for (const one of [engine, other]) {
        expect(one.status().connection).toBe("removed");
        expect(one.records(type)).toEqual([]);
      }
    });

    test("leaves in none what was deleted meanwhile", () => {
      const next = world.newId();
      world.server.write("bob", [create(type, next, { name: "Joan" }), { op: "delete", type, id }]);
      world.calm([engine, other]);
      expect(engine.status().storage).toBe("full");
      for (const one of [engine, other]) {
        expect(one.status().scopes["solo.customers"]).toBe("ready");
        expect(one.records(type).map((view) => view.id)).toEqual([next]);
      }
    });
  });

  test("answers one that wakes in the order in which it was asked", () => {
    const { tab } = world.tab("ann");
    const store = world.store("ann/workspace", tab);
    const answered: string[] = [];
    tab.freeze();
    store.lead(() => {
      answered.push("lead");
      store.write({}, 1, () => answered.push("write"));
    });
    store.load(() => answered.push("load"));
    tab.thaw();
    expect(answered).toEqual(["lead", "load", "write"]);
  });

  test("that was wiped under a page empties it", () => {
    const { engine, id } = world.connected();
    world.disk().wiped = true;
    engine.transact([set(type, id, "name", "Grace")]);
    expect(engine.status().connection).toBe("signedOut");
    expect(engine.records(type)).toEqual([]);
    expect(world.server.links).toEqual([]);
  });
});

/** What may happen to two tabs of one person. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("edit" as const), tab: fc.nat(1), poison: fc.nat(9) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant("inside" as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("server" as const),
      lane: fc.constantFrom("deltas" as const, "snapshots" as const, "results" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cut" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("freeze" as const, "thaw" as const, "kill" as const),
      tab: fc.nat(1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), milliseconds: fc.nat(6_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      at: fc.nat(5),
      how: fc.constantFrom("broken" as const, "full" as const),
    }),
  },
);

describe("whatever becomes of the tabs", { timeout: 120_000 }, () => {
  test("what was kept arrives once, in order, or is refused; and every tab ends up with what the server has", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 150, size: "max" }), (happenings) => {
        world = new World();
        const thing: RecordRef = { type, id: world.newId() };
        world.server.write("eve", [create(type, thing.id, { name: "0", phone: "" })]);
        for (const name of ["Ada", "Grace", "Joan"])
          world.server.write("eve", [create(type, world.newId(), { name })]);
        const made = new Map<string, { readonly kept: () => boolean }>();
        const tabs = [world.tab("ann"), world.tab("ann")];
        for (const { engine } of tabs) engine.start();
        world.run();
        world.isSlow = true;
        for (const next of happenings) play(next, tabs, thing, made);
        world.isSlow = false;
        for (const { tab } of tabs) if (tab.state === "frozen") tab.thaw();
        for (const [index, { tab }] of tabs.entries()) {
          if (tab.state !== "dead") continue;
          tabs[index] = world.tab("ann");
          tabs[index]?.engine.start();
        }
        world.calm(tabs.map(({ engine }) => engine));
        // A disk that failed is read again after a moment, whatever the line says.
        world.pass(3_000);
        world.calm(tabs.map(({ engine }) => engine));
        const refused = tabs[0]?.engine.deadLetters().flatMap(idsOf) ?? [];
        const local = tabs.flatMap(({ engine }) => engine.deadLetters().flatMap(idsOf));
        for (const [id, { kept }] of made) {
          const times = world.server.applications.get(id) ?? 0;
          expect(times).toBeLessThanOrEqual(1);
          expect(times + (refused.includes(id) ? 1 : 0)).toBeLessThanOrEqual(1);
          if (kept()) expect(times + (local.includes(id) ? 1 : 0)).toBe(1);
        }
        const truth = world.server.record(thing.id);
        for (const { engine } of tabs) {
          const shown = engine.record(type, thing.id);
          expect(shown?.values).toEqual(truth?.values);
          expect(shown?.version).toBe(truth?.version);
          expect(engine.records(type).map((view) => view.id)).toEqual(
            world.server.records.map((one) => one.id).sort(),
          );
        }
        expect(world.server.links).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
  });
});

type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

function play(
  next: Happening,
  tabs: ReturnType<World["tab"]>[],
  { id }: RecordRef,
  made: Map<string, { readonly kept: () => boolean }>,
): void {
  const at = "tab" in next ? next.tab : 0;
  const one = tabs[at];
  if (!one) return;
  switch (next.do) {
    case "edit": {
      if (one.tab.state !== "alive") return;
      // Never the same twice: what changes nothing is nobody's to ask about. The server takes no name that is so long.
      const name = next.poison === 0 ? `${made.size + 1}`.padStart(300, "x") : `${made.size + 1}`;
      const operations: Operation[] = [set(type, id, "name", name)];
      const { id: transaction } = one.engine.transact(operations);
      const disk = world.disk();
      let kept = false;
      made.set(transaction, {
        kept: () => {
          kept ||= disk.kept.queue.has(transaction) || disk.kept.letters.has(transaction);
          return kept;
        },
      });
      break;
    }
    case "inside":
      for (let count = 0; count < next.count; count++) {
        world.one();
        for (const { kept } of made.values()) kept();
      }
      break;
    case "server":
      for (const link of [...world.server.links]) {
        if (!link.isOpen) link.open();
        else if (link.hasMail) link.read();
        else link.deliver(next.lane);
      }
      break;
    case "delete": {
      const victim = world.server.records.find((record) => record.id !== id);
      if (victim) world.server.write("eve", [{ op: "delete", type, id: victim.id }]);
      break;
    }
    case "cut":
      world.server.links[0]?.cut();
      break;
    case "freeze":
      if (one.tab.state === "alive") one.tab.freeze();
      break;
    case "thaw":
      if (one.tab.state === "frozen") one.tab.thaw();
      break;
    case "kill":
      one.tab.kill();
      tabs[at] = world.tab("ann");
      tabs[at]?.engine.start();
      break;
    case "pass":
      world.pass(next.milliseconds);
      break;
    case "fault": {
      const disk = world.disk();
      disk.faults.set(disk.operations + 1 + next.at, next.how);
      break;
    }
  }
}
