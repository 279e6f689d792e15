import type { View } from "@/engine/types";

/** One record as someone has left it. */
export interface Happening {
  readonly record: View;
  /** A user id; `null` is the system. */
  readonly by: string | null;
  /** RFC 3339. */
  readonly at: string;
  /** Whether it was deleted; the record is then as it was before. */
  readonly isGone: boolean;
}

/** What others did to one thing while I was away. */
export interface News {
  /** The record on whose page it is seen. */
  readonly root: View;
  /** What was made, changed or deleted: the record itself or what belongs to it, the latest first. */
  readonly records: readonly View[];
  /** User ids of who did it last, each once; `null` is the system. */
  readonly by: readonly (string | null)[];
  /** When the last of it happened, RFC 3339. */
  readonly at: string;
  /** Whether the thing itself was made or deleted meanwhile. */
  readonly isNew: boolean;
  readonly isGone: boolean;
}

/**
 * What others changed after a moment, by the thing that it is about, the latest first.
 * @param me my user id
 * @param rootOf the record on whose page another is seen; `null` where on none
 * @param told what the log tells beside the records: what I have changed since myself, and what was deleted
 */
export function newsSince(
  since: string,
  me: string,
  records: readonly View[],
  rootOf: (record: View) => View | null,
  told: readonly Happening[] = [],
): readonly News[] {
  const from = Date.parse(since);
  const held = records.map((record) => ({
    record,
    by: record.updatedBy,
    at: record.updatedAt,
    isGone: false,
  }));
  const groups = new Map<string, { root: View; happenings: Map<string, Happening> }>();
  for (const one of [...held, ...told].toSorted(latestFirst)) {
    if (one.by === me || Date.parse(one.at) <= from) continue;
    const root = rootOf(one.record);
    if (root === null) continue;
    const group = groups.get(root.id) ?? { root, happenings: new Map<string, Happening>() };
    if (!group.happenings.has(one.record.id)) group.happenings.set(one.record.id, one);
    groups.set(root.id, group);
  }
  // They were put in by their latest, so that the groups are in its order as well.
  return [...groups.values()].map(({ root, happenings }) => {
    const latest = [...happenings.values()];
    return {
      root,
      records: latest.map(({ record }) => record),
      by: [...new Set(latest.map(({ by }) => by))],
      at: latest[0]?.at ?? since,
      isNew: root.createdBy !== me && Date.parse(root.createdAt) > from,
      isGone: happenings.get(root.id)?.isGone === true,
    };
  });
}

function latestFirst(one: Happening, other: Happening): number {
  return Date.parse(other.at) - Date.parse(one.at);
}
