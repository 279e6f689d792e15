import { beforeEach, describe, expect, test } from "vitest";
import { create, remove, set } from "./operations";
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

describe("writing", () => {
  test("shows at once, is pending, then confirmed", async () => {
    const { engine, id } = world.connected();
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
    const { engine } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine } = world.connected();
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
    const { engine, id } = world.connected();
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
    expect(world.link().pushed.map(({ mutation }) => mutation)).toEqual([1, 2]);
    expect(engine.record(type, id)?.state).toBe("confirmed");
  });

  test("sends no more than a frame and the server may hold", () => {
    const { engine } = world.connected();
    const link = world.link();
    for (let n = 0; n < 250; n++) {
      if (n === 100) link.cut();
      engine.transact([
        create(type, world.newId(), { name: "é".repeat(200), tags: Array(20).fill("x".repeat(50)) }),
      ]);
    }
    expect(link.pushed).toHaveLength(0);
    world.pass(1_000);
    const next = world.link();
    next.open();
    next.read();
    next.deliver("deltas");
    while (next.hasMail) next.read();
    expect(next.pushed).toHaveLength(100);
    world.run();
    const sizes = next.heard.map((frame) => new TextEncoder().encode(JSON.stringify(frame)).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(102_400);
    expect(world.server.records).toHaveLength(251);
    expect(engine.pendingCount()).toBe(0);
  });
});

describe("a refusal", () => {
  test("goes to the dead letters, and the view falls back", async () => {
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
    const { id: refused } = engine.transact([set(type, id, "name", "")]);
    world.run();
    engine.discard(refused);
    expect(engine.deadLetters()).toEqual([]);
    expect(engine.record(type, id)).toMatchObject({ state: "confirmed", fields: {} });
  });

  test("by a guard names the current record; the retry is guarded by what is held by then", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace", { version: 1 })]);
    world.server.write("bob", [set(type, id, "name", "Joan")]);
    world.run();
    const [letter] = engine.deadLetters();
    expect(letter).toMatchObject({
      outcome: "conflict",
      current: [{ values: { name: "Joan" }, version: 2 }],
    });
    expect(nameOf(engine, id)).toBe("Joan");
    expect(engine.record(type, id)).toMatchObject({
      state: "conflicting",
      fields: { name: { state: "conflicting", letter } },
    });
    engine.retry(letter?.id ?? "");
    expect(engine.record(type, id)?.state).toBe("pending");
    world.run();
    expect(engine.record(type, id)).toMatchObject({ state: "confirmed", fields: {} });
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("of a transaction too large for a frame comes without sending it", () => {
    const { engine, id } = world.connected();
    const operations = Array.from({ length: 3 }, () => set(type, id, "name", "x".repeat(40_000)));
    engine.transact(operations);
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    expect(engine.deadLetters()[0]?.error).toMatchObject({
      code: "frame.too_large",
      params: { max: 102_400 },
    });
    expect(world.link().pushed).toHaveLength(1);
    expect(nameOf(engine, id)).toBe("Grace");
  });
});

describe("views", () => {
  test("stay the same object until they say something else", () => {
    const { engine, id } = world.connected();
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
    const { engine, id } = world.connected();
    const before = engine.records(type);
    world.server.epoch = "epoch-2";
    world.link().cut();
    world.calm([engine]);
    expect(world.link().heard[0]).toMatchObject({ epoch: "epoch-1" });
    expect(engine.records(type)).toBe(before);
    expect(engine.record(type, id)).toBe(before[0]);
  });

  test("are in the order of their ids, however they came", () => {
    const { engine } = world.connected();
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
    const { engine, id } = world.connected();
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
