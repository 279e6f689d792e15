import { expect, test } from "vitest";
import { Records } from "./records";

test("what was revoked does not come back out of the early deltas", () => {
  const records = new Records({ changed: () => {}, arrived: () => {} });
  const [type, scope, id] = ["solo.customer", "solo.customers", "r1"] as const;
  const me = { user: "u", member: "m", role: "member", permissions: [], access: "a" } as never;
  const head = { seq: 4, tx: "t4" };
  records.begin({
    t: "welcome",
    proto: 1,
    schema: { min: 1, max: 1 },
    epoch: "e",
    head,
    now: "",
    lastMutation: 0,
    me,
    limits: {} as never,
    reset: false,
  });
  for (const name of Object.keys(records.scopeStates) as (typeof scope)[])
    if (name === scope) records.answer({ t: "subOk", scope: name, at: 4, records: [] });
    else records.refuse([name]);
  records.expectRefused(); // another scope is being asked for
  const values = { name: "Secret" };
  records.apply({
    t: "delta",
    from: 4,
    to: { seq: 5, tx: "t5" },
    items: [
      {
        seq: 5,
        tx: "t5",
        at: "",
        actor: null,
        browser: null,
        records: [{ type, id, version: 5, previous: 0, enter: true, values, createdAt: "", createdBy: null }],
      },
    ],
  });
  expect(records.get(type, id)).toBeDefined();
  records.forget([{ type, id }]); // revoke
  records.answer({ t: "subOk", scope, at: 6, changed: [], gone: [] }); // what the new rights opened
  expect(records.get(type, id)).toBeUndefined();
});
