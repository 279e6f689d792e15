import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seenBy, wantedBy } from "./guarded";
import { idsOf } from "./letters";
import { create, remove, set } from "./operations";
import type { Operation } from "./protocol";
import type { Lane, Link } from "./testing/fakeServer";
import { World } from "./testing/world";
import type { Engine, Settled } from "./types";
import { sameValue } from "./values";

const type = "solo.customer";
const lanes: readonly Lane[] = ["deltas", "snapshots", "results"];

/** What may happen next on the way between an engine and the server. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("read" as const), engine: fc.nat(1) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      engine: fc.nat(1),
      lane: fc.constantFrom(...lanes),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cut" as const), engine: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("open" as const), engine: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), milliseconds: fc.nat(3_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("nudge" as const), engine: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("busy" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What a person may do to one of three records. */
const edit = fc.record({
  do: fc.constant("edit" as const),
  engine: fc.nat(1),
  record: fc.nat(2),
  change: fc.oneof(
    { weight: 4, arbitrary: fc.record({ name: fc.constantFrom("", "Ada", "Grace", "Joan", "Mary") }) },
    { weight: 2, arbitrary: fc.record({ phone: fc.constantFrom(null, "1", "2") }) },
    {
      weight: 1,
      arbitrary: fc.record({ tags: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 2 }) }),
    },
    { weight: 1, arbitrary: fc.constantFrom("create" as const, "delete" as const) },
  ),
  guarded: fc.boolean(),
});
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

function linkOf(world: World, user: string): Link | undefined {
  return world.server.links.find((link) => link.user === user);
}

function take(world: World, users: readonly string[], next: Step): void {
  const link = "engine" in next ? linkOf(world, users[next.engine % users.length] ?? "") : undefined;
  switch (next.do) {
    case "open":
      link?.open();
      break;
    case "read":
      if (link?.isOpen) link.read();
      break;
    case "deliver":
      link?.deliver(next.lane);
      break;
    case "cut":
      link?.cut();
      break;
    case "nudge":
      link?.nudge();
      break;
    case "pass":
      world.pass(next.milliseconds);
      break;
    case "busy":
      world.server.passing.push("retry");
      break;
  }
}

function operationsOf(engine: Engine, id: string, { change, guarded }: Edit): readonly Operation[] {
  if (change === "create") return [create(type, id, { name: "New" })];
  const version = engine.record(type, id)?.version;
  const guard = guarded && version ? { version } : undefined;
  if (change === "delete") return [remove(type, id, guard)];
  if ("name" in change) return [set(type, id, "name", change.name, guard)];
  if ("phone" in change) return [set(type, id, "phone", change.phone, guard)];
  return [set(type, id, "tags", change.tags, guard), set(type, id, "status", "lead")];
}

function shown(engine: Engine) {
  return engine.records(type).map(({ id, version, values, updatedAt, updatedBy }) => {
    return { id, version, values, updatedAt, updatedBy };
  });
}

// Hundreds of runs take their time on a busy machine.
describe("whatever overtakes what", { timeout: 60_000 }, () => {
  test("a written value never gives way to the old one before it is confirmed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(59), (steps, writeAt) => {
        const world = new World();
        const id = world.newId();
        world.server.write("eve", [create(type, id, { name: "old" })]);
        const engine = world.engine("ann");
        engine.start();
        world.run();
        const names: (string | undefined)[] = [];
        engine.subscribe(type, () => names.push(engine.record(type, id)?.values.name));
        steps.forEach((next, index) => {
          if (index === Math.min(writeAt, steps.length - 1)) engine.transact([set(type, id, "name", "new")]);
          take(world, ["ann"], next);
        });
        world.calm([engine]);
        const written = names.indexOf("new");
        expect(names.slice(Math.max(0, written)).filter((name) => name !== "new")).toEqual([]);
        expect(world.server.record(id)?.values.name).toBe(steps.length > 0 ? "new" : "old");
      }),
      { numRuns: 300 },
    );
  });

  test("two people's edits end up the same on both screens and on the server, each applied once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 1, arbitrary: edit }, { weight: 3, arbitrary: step }), {
          maxLength: 120,
          size: "max",
        }),
        async (happenings) => {
          const world = new World();
          const ids = [world.newId(), world.newId(), world.newId()];
          for (const id of ids.slice(0, 2)) world.server.write("eve", [create(type, id, { name: "Ada" })]);
          const users = ["ann", "bob"];
          const engines = users.map((user) => world.engine(user));
          for (const engine of engines) engine.start();
          const made: Made[] = [];
          for (const next of happenings) {
            const engine = "engine" in next ? engines[next.engine] : undefined;
            if (next.do !== "edit") take(world, users, next);
            else if (engine) {
              const { id, settled } = engine.transact(operationsOf(engine, ids[next.record] ?? "", next));
              const operations = engine.pending().find((one) => one.id === id)?.operations ?? [];
              made.push({ id, engine, operations, settled });
            }
          }
          world.calm(engines);
          world.server.write("eve", [create(type, world.newId(), { name: "Last" })]);
          world.run();
          const truth = world.server.records
            .map(({ id, version, values, updatedAt, updatedBy }) => {
              return { id, version, values, updatedAt, updatedBy };
            })
            .sort((a, b) => (a.id < b.id ? -1 : 1));
          for (const engine of engines) expect(shown(engine)).toEqual(truth);
          const refused = engines.flatMap((engine) => engine.deadLetters().flatMap(idsOf));
          for (const one of made) {
            const times = world.server.applications.get(one.id) ?? 0;
            const isAnswered = refused.includes(one.id) || (await isMoot(one, made, world));
            expect(times + (isAnswered && times === 0 ? 1 : 0)).toBe(1);
            expect(times > 0 && refused.includes(one.id)).toBe(false);
          }
          expect(
            engines.every((engine) => engine.records(type).every(({ fields }) => !hasPending(fields))),
          ).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

interface Made {
  readonly id: string;
  readonly engine: Engine;
  readonly operations: readonly Operation[];
  readonly settled: Promise<Settled>;
}

/** Whether another was faster with the same, or its own author went on from it and took that back. */
async function isMoot({ engine, operations, settled }: Made, made: readonly Made[], world: World) {
  const end = await Promise.race([settled, null]);
  if (end?.outcome === "applied") {
    const entry = world.server.log[end.seq - 1];
    return operations.every(({ id }) => entry?.records.some((record) => record.id === id));
  }
  const wanted = operations.flatMap((one) => (one.op === "set" ? [wantedBy(one)] : []));
  return made.some(
    (later) =>
      later.engine === engine &&
      later.operations.some((one) => wanted.some((value) => sameValue(value, seenBy(one)))),
  );
}

function hasPending(fields: Readonly<Record<string, { readonly state: string }>>): boolean {
  return Object.values(fields).some(({ state }) => state === "pending");
}
