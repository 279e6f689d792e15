import type { RecordTypeName } from "@/contract/contract";
import { recordTypes } from "@/engine/metadata";
import type { Engine, View } from "@/engine/types";

export type Sample = View<"solo.sample">;

/** What removing the sample comes to, as far as this browser holds the records; the server has the last word. */
export interface Outcome {
  /** What came with it and is still there, by type, in the order of the contract. */
  readonly going: readonly { readonly type: RecordTypeName; readonly count: number }[];
  /** Of those, what people have changed since it came. */
  readonly changed: readonly View[];
  /** Customers that stay, as a project of one's own is for them. */
  readonly staying: readonly View[];
}

export function outcomeOf(sample: Sample, engine: Pick<Engine, "record" | "records">): Outcome {
  const named = new Set(sample.values.records);
  const held = sample.values.records.flatMap((entry) => {
    const [type, id] = entry.split(" ") as [RecordTypeName, string];
    return recordTypes.includes(type) ? (engine.record(type, id) ?? []) : [];
  });
  const needed = new Set(
    engine
      .records("solo.project")
      .filter(({ id }) => !named.has(`solo.project ${id}`))
      .map(({ values }) => values.customer),
  );
  const staying = held.filter(({ type, id }) => type === "solo.customer" && needed.has(id));
  const going = held.filter((record) => !staying.includes(record));
  return {
    going: recordTypes.flatMap((type) => {
      const count = going.filter((record) => record.type === type).length;
      return count === 0 ? [] : [{ type, count }];
    }),
    // All of it came in one transaction, so whatever has another version by now was touched since; by a person, or by the server,
    // which watches budgets.
    changed: going.filter(({ version, updatedBy }) => version !== sample.version && updatedBy !== null),
    staying,
  };
}
