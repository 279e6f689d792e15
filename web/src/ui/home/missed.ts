import type { RecordTypeName } from "@/contract/contract";
import { ApiError } from "@/engine/api";
import { scopeOf } from "@/engine/metadata";
import type { DeltaItem, DeltaRecord } from "@/engine/protocol";
import { recordsApi } from "@/engine/recordsApi";
import type { Engine, View } from "@/engine/types";
import type { Happening } from "./news";

/** After so many entries the log is not read for a home; the records alone then say what is new. */
const mostEntries = 1_000;
/** So many of the things that were deleted are looked up. */
const mostGone = 20;

/**
 * What others did to records of these types after a moment, as the log of the server has it: also what was deleted, and what I
 * have changed since myself. Nothing where that is too long ago to be read. Throws `ApiError`.
 */
export async function missedSince(
  engine: Engine,
  since: string,
  types: readonly RecordTypeName[],
): Promise<readonly Happening[]> {
  const items = (await entriesAfter(engine, since, types))
    .filter(({ at, actor }) => actor !== engine.user && Date.parse(at) > Date.parse(since))
    .toReversed();
  const changes = items.flatMap((item) =>
    item.records.filter(({ type }) => types.includes(type)).map((record) => ({ item, record })),
  );
  const happenings = changes.flatMap(({ item, record: { type, id } }): readonly Happening[] => {
    const record = engine.record(type, id);
    return record === undefined ? [] : [{ record, by: item.actor, at: item.at, isGone: false }];
  });
  // One after the other, as the server looks into the past of two for a person at once.
  for (const { item, record } of changes.filter(({ record }) => isGone(engine, record)).slice(0, mostGone))
    happenings.push(...(await before(engine, item, record)));
  return happenings;
}

function isGone(engine: Engine, record: DeltaRecord): boolean {
  return "deleted" in record && engine.record(record.type, record.id) === undefined;
}

/** As it was when it was deleted; nothing where I may not read that. */
async function before(engine: Engine, item: DeltaItem, record: DeltaRecord): Promise<readonly Happening[]> {
  const { type, id, previous } = record;
  try {
    const held = await recordsApi.past(engine.workspace, type, id, previous);
    const view = { ...held, state: "confirmed", fields: {} } as unknown as View;
    return [{ record: view, by: item.actor, at: item.at, isGone: true }];
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

/** From the last entry on of which a record here says that it came before that moment. */
async function entriesAfter(
  engine: Engine,
  since: string,
  types: readonly RecordTypeName[],
): Promise<readonly DeltaItem[]> {
  const { workspace } = engine;
  const last = types
    .flatMap((type): readonly View[] => engine.records(type))
    .filter(({ version, updatedAt }) => version > 0 && Date.parse(updatedAt) <= Date.parse(since))
    .reduce<View | null>((last, one) => (last === null || one.version > last.version ? one : last), null);
  if (last === null) return [];
  const [entry] = (await recordsApi.history(workspace, last.type, last.id, last.version)).entries;
  const [welcome] = await recordsApi.changes(workspace, {});
  if (entry?.version !== last.version || welcome?.t !== "welcome") return [];
  if (welcome.head.seq - last.version > mostEntries) return [];
  const frames = await recordsApi.changes(workspace, {
    epoch: welcome.epoch,
    after: String(last.version),
    tx: entry.tx,
    access: welcome.me.access,
    scopes: [...new Set(types.map(scopeOf))].join(),
  });
  return frames.flatMap((frame) => (frame.t === "delta" ? frame.items : []));
}
