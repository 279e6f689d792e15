import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { inverse } from "./inverse";
import { merge } from "./merge";
import { contract, emptyValue, type TypeMeta } from "./metadata";
import { apply } from "./operations";
import type { Operation, RecordRef, Value, WireRecord } from "./protocol";
import { World } from "./testing/world";

// The record types of the tests have every kind of field; those of the product do not yet.
vi.mock("../../../contract/contract.json", () => import("../../../contract/vectors/contract.json"));

const type = "test.thing" as RecordRef["type"];
const meta = contract.records[type] as TypeMeta;
const stamp = { at: "2026-11-21T10:00:00.000Z", by: null };
const item = fc.constantFrom("a", "b", "c", "d", "e", "f", "é");
const place = fc.option(
  fc.oneof(fc.record({ before: item }), fc.record({ after: item }), fc.record({ index: fc.nat(6) })),
  { nil: undefined },
);

/** An operation on one record; `id` is filled in by the test. */
const step: fc.Arbitrary<object> = fc.oneof(
  fc.record({
    op: fc.constant("set"),
    field: fc.constantFrom("title", "note"),
    value: fc.constantFrom("x", "y", ""),
  }),
  fc.record({ op: fc.constant("set"), field: fc.constant("count"), value: fc.option(fc.integer()) }),
  fc.record({ op: fc.constant("set"), field: fc.constant("tags"), value: fc.array(item, { maxLength: 5 }) }),
  fc.record({
    op: fc.constant("increment"),
    field: fc.constantFrom("count", "percent"),
    by: fc.integer({ min: -60, max: 60 }),
  }),
  fc
    .record({ op: fc.constant("listInsert"), field: fc.constant("tags"), value: item, at: place })
    .map(({ at, ...rest }) => (at ? { ...rest, at } : rest)),
  fc.record({ op: fc.constant("listRemove"), field: fc.constant("tags"), value: item }),
  fc.record({ op: fc.constantFrom("delete", "restore") }),
  fc.record({ op: fc.constant("create"), values: fc.record({ title: fc.constantFrom("new", "other") }) }),
);

const on = (id: string, json: object): Operation => ({ ...json, type, id }) as unknown as Operation;

function thing(id: string, values: Readonly<Record<string, Value>>): WireRecord {
  const defaults = meta.fields.map((field) => [field.name, emptyValue(field)]);
  return {
    type,
    id,
    version: 1,
    createdAt: "",
    createdBy: null,
    updatedAt: "",
    updatedBy: null,
    values: { ...Object.fromEntries(defaults), ...values },
  };
}

const held = fc
  .record({
    title: fc.constantFrom("x", "y"),
    count: fc.option(fc.integer()),
    percent: fc.integer({ min: 0, max: 100 }),
    tags: fc.uniqueArray(item, { maxLength: 5 }),
  })
  .map((values) => thing("one", values));

describe("for any record and any operation", () => {
  test("the inverse after the operation gives the record back", () => {
    fc.assert(
      fc.property(held, step, (before, json) => {
        const operation = on("one", json);
        const done = apply(before, operation, stamp, undefined, meta);
        fc.pre("record" in done);
        const back = inverse(operation, before) ?? [];
        const drawn = [[operation], back].map((operations) => ({
          ...stamp,
          operations,
          seq: null,
          entry: null,
        }));
        expect(merge(before, drawn, meta).record?.values).toEqual(before.values);
      }),
      { numRuns: 1_000 },
    );
  });

  test("what is not on the list of fields never changes", () => {
    const name = fc.oneof(
      fc.constantFrom(
        "stamp",
        "id",
        "type",
        "version",
        "createdAt",
        "updatedBy",
        "__proto__",
        "constructor",
        "values",
        "workspace_id",
      ),
      fc.string(),
    );
    const value = fc.anything({ maxDepth: 1 }) as fc.Arbitrary<Value>;
    const wild = fc.oneof(
      fc.record({
        op: fc.constantFrom("set", "increment", "listInsert", "listRemove"),
        field: name,
        value,
        by: fc.integer(),
      }),
      fc.record({ op: fc.constant("create"), values: fc.dictionary(name, value) }),
    );
    const allowed = new Set(meta.fields.filter(({ readOnly }) => !readOnly).map((field) => field.name));
    fc.assert(
      fc.property(held, wild, fc.boolean(), (before, json, exists) => {
        const operation = on("one", json);
        const names =
          "values" in json ? Object.keys(json.values as object) : [(json as { field: string }).field];
        fc.pre(names.some((one) => !allowed.has(one) && !one.startsWith("ext.")));
        const applied = apply(exists ? before : undefined, operation, stamp, undefined, meta);
        expect(applied).toHaveProperty("code");
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
        expect(({} as Record<string, unknown>).stamp).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A value of a type that the generated types do not know. */
function fieldValue(view: { readonly values: object } | undefined, field: string): Value {
  return (view?.values as Readonly<Record<string, Value>> | undefined)?.[field] ?? null;
}

const happening = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      engine: fc.nat(1),
      steps: fc.array(step, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const), engine: fc.nat(1) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      engine: fc.nat(1),
      lane: fc.constantFrom("deltas" as const, "snapshots" as const, "results" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cut" as const), engine: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("open" as const), engine: fc.nat(1) }) },
);

// Hundreds of runs take their time on a busy machine.
describe("whatever two browsers do and whatever overtakes what", { timeout: 60_000 }, () => {
  test("both end up with what the server has", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 80, size: "max" }), (happenings) => {
        const world = new World();
        const users = ["ann", "bob"];
        const engines = users.map((user) => world.engine(user));
        const id = world.newId();
        world.server.write("eve", [on(id, { op: "create", values: { title: "first", count: 10 } })]);
        for (const engine of engines) engine.start();
        world.run();
        for (const next of happenings) {
          const link = world.server.links.find(({ user }) => user === users[next.engine]);
          if (next.do === "edit") engines[next.engine]?.transact(next.steps.map((json) => on(id, json)));
          else if (next.do === "read" && link?.isOpen) link.read();
          else if (next.do === "deliver") link?.deliver(next.lane);
          else if (next.do === "cut") link?.cut();
          else if (next.do === "open") link?.open();
        }
        world.calm(engines);
        world.server.write("eve", [on(world.newId(), { op: "create", values: { title: "last" } })]);
        world.run();
        const truth = world.server.record(id);
        for (const engine of engines) {
          const shown = engine.record(type, id);
          expect(shown?.version).toEqual(truth?.version);
          expect(shown?.values).toEqual(truth?.values);
          expect(shown?.state).not.toBe("pending");
        }
      }),
      { numRuns: 300 },
    );
  });

  test("what adds is never seen to add twice", () => {
    fc.assert(
      fc.property(
        fc.array(
          happening.filter((next) => next.do === "read" || next.do === "deliver"),
          { maxLength: 30 },
        ),
        (happenings) => {
          const world = new World();
          const engine = world.engine("ann");
          const id = world.newId();
          world.server.write("eve", [on(id, { op: "create", values: { title: "first", count: 10 } })]);
          engine.start();
          world.run();
          const seen = new Set<Value>();
          const look = () => seen.add(fieldValue(engine.record(type, id), "count"));
          engine.transact([on(id, { op: "increment", field: "count", by: 1 })]);
          look();
          for (const next of happenings) {
            const link = world.link("ann");
            if (next.do === "read") link.read();
            else if (next.do === "deliver") link.deliver(next.lane);
            look();
          }
          world.calm([engine]);
          look();
          expect([...seen]).toEqual([11]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
