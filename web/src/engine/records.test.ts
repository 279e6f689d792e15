import { describe, expect, test } from "vitest";
import type { DeltaRecord, WireRecord } from "./protocol";
import { Records } from "./records";

const [type, scope, id] = ["solo.customer", "solo.customers", "r1"] as const;
const me = { user: "u", member: "m", role: "member", permissions: [], access: "a" } as never;

/** A connection has begun with the log at 4; every scope but that of the customers is answered. */
function greeted(): Records {
  const records = new Records({ changed: () => {}, whole: () => {}, arrived: () => {} });
  greet(records);
  return records;
}

function greet(records: Records, reset = false): void {
  records.begin({
    t: "welcome",
    proto: 1,
    schema: { min: 1, max: 1 },
    epoch: "e",
    head: { seq: 4, tx: "t4" },
    now: "",
    lastMutation: 0,
    me,
    limits: {} as never,
    reset,
  });
  for (const name of Object.keys(records.scopeStates) as (typeof scope)[])
    if (name !== scope) records.refuse([name]);
}

function held(version: number, name: string): WireRecord {
  const stamps = { createdAt: "", createdBy: null, updatedAt: "", updatedBy: null };
  return { type, id, version, ...stamps, values: { name } };
}

function tell(records: Records, seq: number, record: DeltaRecord) {
  const item = { seq, tx: `t${seq}`, at: "", actor: null, browser: null, records: [record] };
  return records.apply({ t: "delta", from: seq - 1, to: { seq, tx: item.tx }, items: [item] });
}

const update = (version: number, previous: number, name: string): DeltaRecord => {
  return { type, id, version, previous, set: { name } };
};

describe("a window", () => {
  const far = "r0";
  const beyond = (version: number, name: string): WireRecord => ({ ...held(version, name), id: far });

  function windowed(): Records {
    const records = greeted();
    records.answer({ t: "subOk", scope, at: 4, records: [held(4, "Ada")], more: true });
    return records;
  }

  test("misses nothing where a record changes that lies beyond it", () => {
    const records = windowed();
    expect(records.windows).toEqual([scope]);
    expect(tell(records, 5, { ...update(5, 3, "Grace"), id: far } as DeltaRecord)).toEqual([]);
    expect(records.get(type, far)).toBeUndefined();
    expect(tell(records, 6, update(6, 5, "Joan"))).toEqual([scope]);
  });

  test("takes in what was asked for, unless it has changed since the server answered", () => {
    const records = windowed();
    tell(records, 5, { ...update(5, 3, "Grace"), id: far } as DeltaRecord);
    records.bring([beyond(3, "Old")]);
    expect(records.get(type, far)).toBeUndefined();
    records.bring([beyond(5, "Grace")]);
    expect(records.get(type, far)?.values).toEqual({ name: "Grace" });
    tell(records, 6, { ...update(6, 5, "Joan"), id: far } as DeltaRecord);
    records.bring([beyond(5, "Grace")]);
    expect(records.get(type, far)?.values).toMatchObject({ name: "Joan" });
  });

  const windowAgain = { t: "subOk", scope, at: 4, records: [held(4, "Ada")], more: true } as const;

  test.each([
    [
      "the server was put back",
      (records: Records) => {
        greet(records, true);
        records.answer(windowAgain);
      },
    ],
    [
      "the tab begins again from what is kept",
      (records: Records) => {
        const [states, cursor] = [records.scopeStates, { seq: 4, tx: "t4" }];
        const following = { epoch: "e", cursor, access: "a", scopes: states, windows: [scope], me };
        records.restore({ following, unkept: [], records: [] });
      },
    ],
    [
      "I was no member for a while",
      (records: Records) => {
        records.drop();
        greet(records);
        records.answer(windowAgain);
      },
    ],
  ])("takes in what is older than what was told before %s", (_, begin) => {
    const records = windowed();
    tell(records, 5, { ...update(5, 3, "Grace"), id: far } as DeltaRecord);
    begin(records);
    records.bring([beyond(3, "Old")]);
    expect(records.get(type, far)?.values).toEqual({ name: "Old" });
  });

  test("is whole again when a snapshot holds everything", () => {
    const records = windowed();
    records.answer({ t: "subOk", scope, at: 5, records: [held(4, "Ada")] });
    expect(records.windows).toEqual([]);
  });

  test("takes nothing where the scope is whole", () => {
    const records = greeted();
    records.answer({ t: "subOk", scope, at: 4, records: [] });
    records.bring([held(3, "Ada")]);
    expect(records.get(type, id)).toBeUndefined();
  });
});

test("what was revoked does not come back out of the early deltas", () => {
  const records = greeted();
  records.answer({ t: "subOk", scope, at: 4, records: [] });
  records.expectRefused(); // another scope is being asked for
  const values = { name: "Secret" };
  tell(records, 5, {
    type,
    id,
    version: 5,
    previous: 0,
    enter: true,
    values,
    createdAt: "",
    createdBy: null,
  });
  expect(records.get(type, id)).toBeDefined();
  records.forget([{ type, id }]); // revoke
  records.answer({ t: "subOk", scope, at: 6, changed: [], gone: [] }); // what the new rights opened
  expect(records.get(type, id)).toBeUndefined();
});

describe("a scope that is asked for anew", () => {
  /** Asked for anew because of a hole: version 6 was never told. */
  function askedAnew(): Records {
    const records = greeted();
    records.answer({ t: "subOk", scope, at: 4, records: [held(4, "Ada")] });
    expect(tell(records, 7, update(7, 6, "Joan"))).toEqual([scope]);
    return records;
  }

  test.each([
    ["a change of my rights", { changed: [], gone: [] }],
    ["what was meant for the greeting", { unchanged: true as const }],
  ])("is not answered by %s", (_, answer) => {
    const records = askedAnew();
    expect(records.answer({ t: "subOk", scope, at: 7, ...answer })).toBe(true);
    expect(records.settled).toBe(false);
    expect(records.upTo).toBe(4);
    records.answer({ t: "subOk", scope, at: 7, records: [held(7, "Joan")] });
    expect(records.settled).toBe(true);
    expect([records.upTo, records.get(type, id)?.values.name]).toEqual([7, "Joan"]);
  });

  test("takes what my rights opened and closed meanwhile", () => {
    const records = askedAnew();
    records.answer({ t: "subOk", scope, at: 7, changed: [{ ...held(5, "Opened"), id: "r2" }], gone: [id] });
    expect(records.get(type, id)).toBeUndefined();
    expect(records.get(type, "r2")?.values.name).toBe("Opened");
  });

  test("is not answered by a change of my rights where I could not read it before", () => {
    const records = greeted();
    records.refuse([scope]);
    expect(records.expectRefused()).toContain(scope);
    records.answer({ t: "subOk", scope, at: 5, changed: [], gone: [] });
    expect(records.scopeStates[scope]).toBe("refused");
    records.answer({ t: "subOk", scope, at: 5, records: [] });
    expect(records.scopeStates[scope]).toBe("ready");
  });

  test("is answered by a change on a connection that only greeted", () => {
    const records = askedAnew();
    greet(records);
    records.answer({ t: "subOk", scope, at: 7, changed: [held(7, "Joan")], gone: [] });
    expect(records.settled).toBe(true);
  });

  test("remembers what went until the cursor has passed it", () => {
    const records = greeted();
    records.answer({ t: "subOk", scope, at: 4, records: [held(4, "Ada")] });
    records.expectRefused(); // the cursor stands still
    tell(records, 5, update(5, 4, "Grace"));
    tell(records, 6, { type, id, version: 6, previous: 5, deleted: true });
    expect(records.upTo).toBe(4);
    greet(records); // and so all of it is told once more
    records.answer({ t: "subOk", scope, at: 6, unchanged: true });
    expect(tell(records, 5, update(5, 4, "Grace"))).toEqual([]);
    expect(records.get(type, id)).toBeUndefined();
  });
});
