import type { Icon } from "@tabler/icons-react";
import type { RecordTypeName } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import type { RecordRef } from "@/engine/protocol";
import type { Engine, View } from "@/engine/types";
import { valueIn } from "@/ui/record/useField";

/** What a home tells of: records with a page, and those that stand on the page of another. */
export interface Subject {
  readonly type: RecordTypeName;
  readonly icon: Icon;
  /** Its pages are `/w/<workspace>/<page>/<record>`. */
  readonly page?: string;
  /** The field that names the record on whose page it stands. */
  readonly of?: string;
}

/** No chain of records that belong to one another is as long as this; a ring of them would be without end. */
const deepest = 5;

/** The record on whose page this one is met: itself, or what it belongs to. `null` where it is met nowhere, or is not here. */
export function rootOf(
  subjects: readonly Subject[],
  engine: Pick<Engine, "record">,
  record: View,
  depth = 0,
): View | null {
  const subject = subjects.find(({ type }) => type === record.type);
  if (subject?.page !== undefined) return record;
  if (subject?.of === undefined || depth === deepest) return null;
  const id = valueIn(record, subject.of);
  // What is about records of any kind says beside it which kind.
  const type = (fieldMeta(record.type, subject.of)?.target ??
    valueIn(record, "recordType")) as RecordTypeName;
  const above = typeof id === "string" ? engine.record(type, id) : undefined;
  return above === undefined ? null : rootOf(subjects, engine, above, depth + 1);
}

/** The address of a record's page; `undefined` where its kind has none. */
export function pathOf(
  subjects: readonly Subject[],
  workspace: string,
  { type, id }: RecordRef,
): string | undefined {
  const page = subjects.find((subject) => subject.type === type)?.page;
  return page === undefined ? undefined : `/w/${workspace}/${page}/${id}`;
}
