import { beforeEach, describe, expect, test } from "vitest";
import { create, remove, set } from "./operations";
import { World } from "./testing/world";
import type { Engine } from "./types";

const type = "solo.customer";
let world: World;

beforeEach(() => {
  world = new World();
});

/** Someone whose line is down, and what becomes of a record that the server has. */
function away(): { readonly engine: Engine; readonly id: string; back(): void } {
  const { engine, id } = world.connected();
  world.link().cut();
  expect(engine.status().connection).toBe("offline");
  return { engine, id, back: () => world.calm([engine]) };
}

const bobWrites = (id: string, name: string) => world.server.write("bob", [set(type, id, "name", name)]);
const nameOf = (engine: Engine, id: string) => engine.record(type, id)?.values.name;

describe("what is written without a line", () => {
  test("does not overwrite what another wrote meanwhile, and both are laid side by side", async () => {
    const { engine, id, back } = away();
    const { settled } = engine.transact([set(type, id, "name", "Grace")]);
    bobWrites(id, "Joan");
    back();
    expect((await settled).outcome).toBe("conflict");
    expect([nameOf(engine, id), world.server.record(id)?.values.name]).toEqual(["Joan", "Joan"]);
    expect(engine.deadLetters()).toMatchObject([
      { conflicts: [{ fields: { name: { mine: "Grace", base: "Ada", theirs: "Joan" } } }] },
    ]);
    expect(engine.record(type, id)?.fields.name?.state).toBe("conflicting");
  });

  test("meets what another changed in other fields", () => {
    const { engine, id, back } = away();
    engine.transact([set(type, id, "phone", "1")]);
    bobWrites(id, "Joan");
    back();
    expect(world.server.record(id)?.values).toMatchObject({ name: "Joan", phone: "1" });
    expect(engine.deadLetters()).toEqual([]);
  });

  test("while one sees the others holds as it comes", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    expect(engine.pending()[0]?.operations).toEqual([set(type, id, "name", "Grace")]);
    bobWrites(id, "Joan");
    world.run();
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("is guarded by what the person sees, in whichever tab, and only where a guard says something", () => {
    const { engine, id } = world.connected();
    const { engine: follower } = world.tab("ann");
    follower.start();
    world.run();
    world.link().cut();
    world.settle();
    const made = world.newId();
    engine.transact([set(type, id, "name", "Grace"), set(type, id, "name", "Joan")]);
    follower.transact([set(type, id, "name", "Mary")]);
    follower.transact([create(type, made, { name: "New" }), set(type, made, "phone", "1")]);
    engine.transact([set(type, id, "phone", "1", { version: 1 })]);
    engine.transact([set(type, id, "email", "a@b.example")], { undoable: false });
    world.settle();
    const guards = engine.pending().map(({ operations }) => operations.map(({ guard }) => guard));
    expect(guards).toEqual([
      [{ field: "name", equals: "Ada" }, undefined],
      [{ field: "name", equals: "Joan" }],
      [undefined, undefined],
      [{ version: 1 }],
      [undefined],
    ]);
  });

  test("several times is asked about once, by the newest", async () => {
    const { engine, tab, id, back } = { ...away(), tab: world.tabs[0] };
    engine.transact([set(type, id, "name", "Grace")]);
    const { engine: follower } = world.tab("ann");
    follower.start();
    world.settle();
    const { settled } = follower.transact([set(type, id, "name", "Mary")]);
    bobWrites(id, "Joan");
    back();
    expect((await settled).outcome).toBe("conflict");
    const [letter, ...others] = engine.deadLetters();
    expect(others).toEqual([]);
    expect(follower.deadLetters()).toEqual([letter]);
    expect(letter).toMatchObject({
      operations: [{ value: "Mary", guard: { equals: "Ada" } }],
      conflicts: [{ fields: { name: { mine: "Mary", base: "Ada", theirs: "Joan" } } }],
    });
    expect(letter?.joined).toHaveLength(1);
    tab?.kill();
    world.calm([follower]);
    follower.retry(letter?.id ?? "");
    world.calm([follower]);
    expect(world.server.record(id)?.values.name).toBe("Mary");
    expect(follower.deadLetters()).toEqual([]);
  });

  test("and goes on from what was refused for another reason stands in that letter", () => {
    const { engine, id, back } = away();
    engine.transact([set(type, id, "name", "x".repeat(300))]);
    engine.transact([set(type, id, "name", "Grace")]);
    back();
    expect(engine.deadLetters()).toMatchObject([{ outcome: "rejected", operations: [{ value: "Grace" }] }]);
    engine.retry(engine.deadLetters()[0]?.id ?? "");
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("by two to the same is nothing to ask about", async () => {
    const { engine, id, back } = away();
    const { engine: follower } = world.tab("ann");
    follower.start();
    world.settle();
    const { settled } = follower.transact([set(type, id, "name", "Joan")]);
    bobWrites(id, "Joan");
    back();
    expect(await settled).toEqual({ outcome: "applied", seq: 2 });
    for (const one of [engine, follower]) {
      expect(one.deadLetters()).toEqual([]);
      expect(one.record(type, id)).toMatchObject({
        values: { name: "Joan" },
        state: "confirmed",
        version: 2,
      });
      expect(one.canUndo()).toBe(false);
    }
    expect(world.disk().kept.queue.size).toBe(0);
  });

  test("and taken back before anyone saw it is nothing to ask about either", () => {
    const { engine, id, back } = away();
    engine.transact([set(type, id, "name", "Grace")]);
    world.pass(2_000);
    world.server.links[0]?.cut();
    engine.undo();
    bobWrites(id, "Joan");
    back();
    expect(engine.deadLetters()).toEqual([]);
    expect(world.disk().kept.letters.size).toBe(0);
    expect(nameOf(engine, id)).toBe("Joan");
  });

  test("and undone when it has arrived leaves what another wrote by then", () => {
    const { engine, id, back } = away();
    engine.transact([set(type, id, "name", "Grace")]);
    back();
    expect(world.server.record(id)?.values.name).toBe("Grace");
    bobWrites(id, "Joan");
    world.run();
    expect(engine.undo()?.left).toHaveLength(1);
    expect(nameOf(engine, id)).toBe("Joan");
  });

  test("to many is refused for those alone that another changed", () => {
    const { engine, id, back } = away();
    const ids = [id, world.newId(), world.newId()];
    for (const one of ids.slice(1)) world.server.write("bob", [create(type, one, { name: "More" })]);
    back();
    world.link().cut();
    const handles = engine.transactInParts(ids.map((one) => set(type, one, "name", "Grace")));
    expect(handles).toHaveLength(3);
    bobWrites(id, "Joan");
    world.server.write("bob", [remove(type, ids[1] ?? "")]);
    back();
    expect(engine.deadLetters().map(({ outcome }) => outcome)).toEqual(["conflict", "rejected"]);
    expect(world.server.record(ids[2] ?? "")?.values.name).toBe("Grace");
  });

  test("is sent again with what the person has seen by then", () => {
    const { engine, id, back } = away();
    engine.transact([set(type, id, "name", "Grace")]);
    bobWrites(id, "Joan");
    back();
    world.link().cut();
    engine.retry(engine.deadLetters()[0]?.id ?? "");
    bobWrites(id, "Mary");
    back();
    expect(engine.deadLetters()).toMatchObject([
      { conflicts: [{ fields: { name: { mine: "Grace", base: "Joan", theirs: "Mary" } } }] },
    ]);
  });
});
