import { describe, expect, test } from "vitest";
import types from "../../../contract/vectors/contract.json";
import { inverse } from "./inverse";
import { type Drawn, merge } from "./merge";
import type { TypeMeta } from "./metadata";
import { apply } from "./operations";
import { keyBetween } from "./orderKey";
import type { Operation, Value, Values, WireRecord } from "./protocol";
import { guardFault, uniqueFault } from "./testing/guards";

type Json = Readonly<Record<string, unknown>>;

interface Vector {
  readonly name: string;
  readonly record?: Values | null;
  readonly deleted?: Values;
  readonly operation?: Json;
  readonly error?: string;
  readonly result?: Values | null;
  readonly inverse?: readonly Json[] | null;
  readonly version?: number;
  readonly head?: number;
  readonly others?: readonly Values[];
  readonly confirmed?: Values | null;
  readonly pending?: readonly (readonly Json[])[];
  readonly delta?: Values | null;
  readonly shown?: Values | null;
  readonly transactions?: readonly (readonly Json[])[];
  readonly anyOrder?: boolean;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly draw?: number;
  readonly key?: string | null;
}

const files = import.meta.glob<readonly Vector[]>(
  ["../../../contract/vectors/*.json", "!../../../contract/vectors/contract.json"],
  { eager: true, import: "default" },
);
const type = "test.thing";
const ref = { type, id: "0190a0a0-0000-7000-8000-000000000001" };
const meta = types.records[type] as TypeMeta;
const stamp = { at: "2026-11-21T10:00:00.000Z", by: null };

function operationOf(json: Json | undefined): Operation {
  return { ...ref, ...json } as unknown as Operation;
}

/** A record with these values; the other fields hold their defaults. */
function recordOf(values: Values | null | undefined, version = 1, id = ref.id): WireRecord | undefined {
  if (!values) return undefined;
  const { stamp: _, ...given } = values;
  const made = apply(undefined, operationOf({ op: "create", values: given }), stamp, undefined, meta);
  if ("code" in made || !made.record) throw new Error(JSON.stringify(made));
  return { ...made.record, id, version };
}

function valuesOf(record: WireRecord | undefined, expected: Values | null | undefined): Values | null {
  if (!record) return null;
  const names = Object.keys(expected ?? record.values);
  return Object.fromEntries(names.map((name) => [name, record.values[name] as Value]));
}

const drawn = (operations: readonly Json[]): Drawn => {
  return { ...stamp, operations: operations.map(operationOf), seq: null, entry: null };
};

function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    orders(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

const runs: Readonly<Record<string, (vector: Vector) => void>> = {
  apply({ record, deleted, operation, result, error }) {
    const applied = apply(recordOf(record), operationOf(operation), stamp, recordOf(deleted), meta);
    if (error !== undefined) expect(applied).toEqual({ code: error });
    else expect("code" in applied ? applied : valuesOf(applied.record, result)).toEqual(result);
  },
  invert({ record, deleted, operation, inverse: expected }) {
    const before = recordOf(record);
    const gone = recordOf(deleted);
    const isSecret = (field: string) =>
      meta.fields.some(({ name, kind }) => name === field && kind === "secret");
    const back = inverse(operationOf(operation), before, isSecret);
    expect(back).toEqual(expected === null ? null : expected?.map(operationOf));
    if (!back) return;
    // Of a record that is gone only the server knows what it was.
    if (gone) return;
    const undone = merge(before, [drawn([operation ?? {}]), { ...drawn([]), operations: back }], meta);
    expect(undone.record?.values).toEqual(before?.values);
  },
  guard({ record, version, head, others, operation, error }) {
    const before = recordOf(record, version);
    const step = operationOf(operation);
    const fault = before && guardFault(step, before, head ?? 0);
    const applied = apply(before, step, stamp, undefined, meta);
    const after = "record" in applied ? applied.record : undefined;
    const rivals = (others ?? []).flatMap((values, index) => recordOf(values, 1, `other-${index}`) ?? []);
    expect(fault ?? (after && uniqueFault(step, after, rivals))).toBe(error);
  },
  merge({ confirmed, pending, delta, shown }) {
    const held = recordOf(delta === null || !confirmed ? null : { ...confirmed, ...delta });
    expect(valuesOf(merge(held, (pending ?? []).map(drawn), meta).record, shown)).toEqual(shown);
  },
  between({ after = null, before = null, draw = 0, key }) {
    const make = () => keyBetween(after, before, draw);
    if (key === null) expect(make).toThrow(RangeError);
    else expect(make()).toBe(key);
  },
  order({ record, transactions = [], anyOrder, result }) {
    for (const order of anyOrder ? orders(transactions) : [transactions])
      expect(valuesOf(merge(recordOf(record), order.map(drawn), meta).record, result)).toEqual(result);
  },
};

for (const [path, vectors] of Object.entries(files)) {
  const name = path.replace(/^.*\/|\.json$/gu, "");
  describe(`vectors: ${name}`, () => {
    test.each(vectors)("$name", (vector) => {
      const run = runs[name];
      if (!run) throw new Error(`Nobody here runs ${name}.json.`);
      run(vector);
    });
  });
}
