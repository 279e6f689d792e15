import type { View } from "@/engine/types";

/** What others did to one thing while I was away. */
export interface News {
  /** The record on whose page it is seen. */
  readonly root: View;
  /** What was made or changed: the record itself or what belongs to it, the latest first. */
  readonly records: readonly View[];
  /** User ids of who did it last, each once; `null` is the system. */
  readonly by: readonly (string | null)[];
  /** When the last of it happened, RFC 3339. */
  readonly at: string;
  /** Whether the thing itself was made meanwhile. */
  readonly isNew: boolean;
}

/**
 * What others changed after a moment, by the thing that it is about, the latest first.
 * @param me my user id
 * @param rootOf the record on whose page another is seen; `null` where on none
 */
export function newsSince(
  since: string,
  me: string,
  records: readonly View[],
  rootOf: (record: View) => View | null,
): readonly News[] {
  const from = Date.parse(since);
  const groups = new Map<string, { root: View; records: View[] }>();
  for (const record of records) {
    if (record.updatedBy === me || Date.parse(record.updatedAt) <= from) continue;
    const root = rootOf(record);
    if (root === null) continue;
    const group = groups.get(root.id) ?? { root, records: [] };
    group.records.push(record);
    groups.set(root.id, group);
  }
  return [...groups.values()]
    .map(({ root, records: changed }) => {
      const latest = changed.toSorted(
        (one, other) => Date.parse(other.updatedAt) - Date.parse(one.updatedAt),
      );
      return {
        root,
        records: latest,
        by: [...new Set(latest.map(({ updatedBy }) => updatedBy))],
        at: latest[0]?.updatedAt ?? since,
        isNew: root.createdBy !== me && Date.parse(root.createdAt) > from,
      };
    })
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
}
