import { beforeEach, describe, expect, test } from "vitest";
import type { RecordTypeName } from "@/contract/contract";
import { create, listInsert, remove, set } from "./operations";
import { World } from "./testing/world";
import type { Engine } from "./types";
import { backOf } from "./undo";

const type = "solo.customer";
let world: World;

beforeEach(() => {
  world = new World();
});

function valuesOf(engine: Engine, id: string) {
  return engine.record(type, id)?.values;
}

/** So long that what follows is another thing to undo. */
function pause(): void {
  world.pass(2_000);
}

describe("undo", () => {
  test("does not bring back what only the server makes", () => {
    const held = { version: 1, createdAt: "", createdBy: null, updatedAt: "", updatedBy: null, values: {} };
    const back = (type: RecordTypeName) =>
      backOf([remove(type, "r")], (ref) => ({ ...held, ...ref }), { at: "", by: null });
    expect(back("jobs.run")).toBeNull();
    expect(back("solo.customer")).toHaveLength(1);
  });

  test("takes back what I did, and redo does it again", () => {
    const { engine, id } = world.connected();
    expect([engine.undo(), engine.canUndo(), engine.canRedo()]).toEqual([null, false, false]);
    engine.transact([set(type, id, "name", "Grace")]);
    pause();
    engine.transact([listInsert(type, id, "tags", "navy")]);
    world.run();
    engine.undo();
    expect(valuesOf(engine, id)).toMatchObject({ name: "Grace", tags: [] });
    engine.undo();
    expect(valuesOf(engine, id)).toMatchObject({ name: "Ada", tags: [] });
    expect([engine.canUndo(), engine.canRedo()]).toEqual([false, true]);
    engine.redo();
    engine.redo();
    world.calm([engine]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Grace", tags: ["navy"] });
    expect([engine.canUndo(), engine.canRedo()]).toEqual([true, false]);
  });

  test("passes over what is no edit, which leaves what can be done again", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    engine.undo();
    engine.transact([set(type, id, "phone", "1234")], { undoable: false });
    expect([engine.canUndo(), engine.canRedo()]).toEqual([false, true]);
    world.calm([engine]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Ada", phone: "1234" });
  });

  test("takes back together what was done to one thing within a moment", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "G")]);
    world.pass(1_000);
    engine.transact([set(type, id, "name", "Grace")]);
    engine.transact([set(type, id, "phone", "1234")]);
    const other = world.newId();
    engine.transact([create(type, other, { name: "Joan" })]);
    engine.undo();
    expect(engine.record(type, other)).toBeUndefined();
    expect(valuesOf(engine, id)).toMatchObject({ name: "Grace", phone: "1234" });
    engine.undo();
    expect(valuesOf(engine, id)).toMatchObject({ name: "Ada", phone: null });
    engine.redo();
    world.calm([engine]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Grace", phone: "1234" });
  });

  test("takes back together what needed several transactions, and does it again", () => {
    const { engine } = world.connected();
    const ids = Array.from({ length: 250 }, () => world.newId());
    world.server.write(
      "bob",
      ids.map((one) => create(type, one, { name: "Joan" })),
    );
    world.run();
    const handles = engine.transactInParts(ids.map((one) => set(type, one, "status", "lost")));
    expect(handles.length).toBe(3);
    const held = (status: string) =>
      ids.filter((one) => world.server.record(one)?.values.status === status).length;
    world.calm([engine]);
    expect(held("lost")).toBe(250);
    engine.undo(handles[1]?.id);
    world.calm([engine]);
    expect([held("lost"), engine.canUndo(), engine.canRedo()]).toEqual([0, false, true]);
    engine.redo();
    world.calm([engine]);
    expect(held("lost")).toBe(250);
  });

  test("keeps what is done to one record in one transaction", () => {
    const { engine } = world.connected();
    const ids = Array.from({ length: 67 }, () => world.newId());
    const handles = engine.transactInParts(
      ids.flatMap((one) => [
        create(type, one, { name: "Joan" }),
        set(type, one, "status", "lost"),
        remove(type, one),
      ]),
    );
    expect(engine.pending().map(({ operations }) => operations.length)).toEqual([99, 99, 3]);
    expect(handles.map(({ id }) => id)).toEqual(engine.pending().map(({ id }) => id));
    expect(engine.transactInParts([])).toEqual([]);
  });

  test("brings back what was deleted", () => {
    const { engine, id } = world.connected();
    engine.transact([remove(type, id)]);
    world.run();
    engine.undo();
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Ada");
    engine.redo();
    world.calm([engine]);
    expect(world.server.record(id)).toBeUndefined();
  });

  test("takes back what it is asked for, whatever was done after it", () => {
    const { engine, id } = world.connected();
    const first = engine.transact([set(type, id, "name", "Grace")]);
    pause();
    engine.transact([set(type, id, "phone", "1234")]);
    engine.undo(first.id);
    expect(valuesOf(engine, id)).toMatchObject({ name: "Ada", phone: "1234" });
    expect(engine.undo(first.id)).toBeNull();
  });

  test("leaves what another has changed since, and says so", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace"), set(type, id, "phone", "1234")]);
    world.run();
    world.server.write("bob", [set(type, id, "name", "Joan")]);
    world.run();
    const undone = engine.undo();
    expect(undone?.left).toMatchObject([{ op: "set", field: "name", value: "Ada" }]);
    world.calm([engine]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "Joan", phone: null });
    engine.transact([create(type, world.newId(), { name: "New" })]);
    world.run();
    const made = engine.records(type).find(({ values }) => values.name === "New");
    world.server.write("bob", [set(type, made?.id ?? "", "phone", "99")]);
    world.run();
    expect(engine.undo()).toMatchObject({ operations: [], left: [{ op: "delete" }] });
  });

  test("of what I made leaves it where another has put something in, whoever wrote last", () => {
    const { engine } = world.connected();
    const id = world.newId();
    engine.transact([create(type, id, { name: "New" })]);
    world.run();
    world.server.write("bob", [set(type, id, "phone", "99")]);
    world.run();
    pause();
    engine.transact([set(type, id, "name", "Newer")]);
    world.run();
    expect(engine.undo()?.left).toEqual([]);
    expect(engine.undo()).toMatchObject({ operations: [], left: [{ op: "delete" }] });
    world.calm([engine]);
    expect(world.server.record(id)?.values).toMatchObject({ name: "New", phone: "99" });
  });

  test.each([
    ["by itself", false],
    ["over changes of mine that wait", true],
  ])("of what I made gives way to what another put in unseen, %s", (_, edits) => {
    const { engine } = world.connected();
    const id = world.newId();
    engine.transact([create(type, id, { name: "New" })]);
    world.run();
    world.link().cut();
    pause();
    world.server.links[0]?.cut();
    if (edits) {
      engine.transact([set(type, id, "name", "Newer")]);
      engine.undo();
    }
    engine.undo();
    expect(engine.record(type, id)).toBeUndefined();
    world.server.write("bob", [set(type, id, "phone", "99")]);
    world.calm([engine]);
    expect(engine.record(type, id)?.values).toMatchObject({ name: "New", phone: "99" });
    expect(engine.deadLetters()).toMatchObject([{ outcome: "conflict", operations: [{ op: "delete" }] }]);
  });

  test("of what I made and went on with in the same moment takes it away", () => {
    const { engine } = world.connected();
    const id = world.newId();
    engine.transact([create(type, id, { name: "New" })]);
    engine.transact([set(type, id, "name", "Newer")]);
    world.run();
    engine.undo();
    world.calm([engine]);
    expect(world.server.record(id)).toBeUndefined();
    engine.redo();
    world.calm([engine]);
    expect(world.server.record(id)?.values.name).toBe("Newer");
  });

  test("is refused by the server where another was faster, and takes nothing away", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    world.server.write("bob", [set(type, id, "name", "Joan")]);
    engine.undo();
    world.run();
    expect(valuesOf(engine, id)?.name).toBe("Joan");
    expect(engine.deadLetters()).toMatchObject([{ outcome: "conflict" }]);
    expect(engine.canRedo()).toBe(false);
  });

  test("knows nothing of what was refused", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "")]);
    world.run();
    expect(engine.canUndo()).toBe(false);
    expect(world.disk().kept.undo.size).toBe(0);
  });

  test("outlives the page, and is the same in every tab", () => {
    const { engine, tab, id } = world.connected();
    const { engine: other } = world.tab("ann");
    other.start();
    engine.transact([set(type, id, "name", "Grace")]);
    world.run();
    other.undo();
    world.run();
    expect(valuesOf(engine, id)?.name).toBe("Ada");
    tab.kill();
    const { engine: next } = world.tab("ann");
    next.start();
    world.run();
    next.redo();
    world.calm([next]);
    expect(world.server.record(id)?.values.name).toBe("Grace");
  });

  test("remembers two hundred steps", { timeout: 60_000 }, () => {
    const { engine, id } = world.connected();
    for (let n = 0; n < 205; n++) {
      engine.transact([set(type, id, "phone", `${n}`)]);
      pause();
    }
    world.calm([engine]);
    expect(world.disk().kept.undo.size).toBe(200);
    engine.composed(["merge"]);
    world.run();
    expect(world.disk().kept.undo.size).toBe(200);
    const step = engine.undo()?.server;
    if (step) engine.composed([], { step, open: [] });
    while (engine.canUndo()) engine.undo();
    expect(valuesOf(engine, id)?.phone).toBe("5");
  });

  test("comes to what the server composed in the order of doing, and keeps it until the server has answered", () => {
    const { engine, tab, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    engine.undo();
    engine.composed(["merge-1", "merge-2"]);
    expect(engine.canRedo()).toBe(false);
    pause();
    engine.transact([set(type, id, "phone", "1234")]);
    engine.undo();
    const step = engine.undo()?.server;
    expect(step?.server).toEqual(["merge-1", "merge-2"]);
    expect(engine.undo("merge-1")).toEqual({ operations: [], left: [], server: step });
    if (!step) return;
    // One went, the other could not be asked for: it is still to be taken back.
    engine.composed(["back-2"], { step, open: ["merge-1"] });
    world.run();
    tab.kill();
    const { engine: next } = world.tab("ann");
    next.start();
    world.run();
    expect(next.undo()?.server?.server).toEqual(["merge-1"]);
    expect(next.redo()?.server).toMatchObject({ stack: "redo", server: ["back-2"] });
  });

  test("does again what the server took back, and forgets what it refused", () => {
    const { engine } = world.connected();
    const { engine: other } = world.tab("ann");
    other.start();
    engine.composed(["merge"]);
    world.run();
    const step = other.undo()?.server;
    if (!step) throw new Error("The other tab knows nothing of it.");
    other.composed(["back"], { step, open: [] });
    world.run();
    expect(engine.undo()).toBeNull();
    const back = engine.redo()?.server;
    if (!back) throw new Error("It cannot be done again.");
    engine.composed([], { step: back, open: [] });
    expect([engine.canUndo(), engine.canRedo()]).toEqual([false, false]);
  });

  test("ends what could be done again as soon as something new is done", () => {
    const { engine, id } = world.connected();
    engine.transact([set(type, id, "name", "Grace")]);
    engine.undo();
    engine.transact([set(type, id, "phone", "1234")]);
    expect(engine.canRedo()).toBe(false);
  });
});
