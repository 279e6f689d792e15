import { useMemo } from "react";
import { typeMeta } from "@/engine/metadata";
import { type Rights, useMe } from "@/engine/react";
import { type CustomField, useCustomFields } from "@/ui/record/customFields";
import { isStamp, metaOf } from "./fields";
import type { Column, List } from "./list";

/** The kinds in which a search looks. */
const searched = ["text", "choice", "list"];

function columnFor({ meta, label }: CustomField): Column {
  return { field: meta.name as Column["field"], label: { name: label }, meta, filter: true, bulk: true };
}

/** The list with the fields that the workspace defined for itself as columns, before the moments at its end. */
export function withOwnColumns(list: List, own: readonly CustomField[]): List {
  const end = list.columns.findIndex(({ field }) => isStamp(field));
  const at = end < 0 ? list.columns.length : end;
  const names = own.flatMap(({ meta }) => (searched.includes(meta.kind) ? [meta.name] : []));
  return {
    ...list,
    columns: list.columns.toSpliced(at, 0, ...own.map(columnFor)),
    searched: [...list.searched, ...(names as unknown as List["searched"])],
  };
}

/** The list without what my role hides from me; what I may only look at is no bulk change. */
export function withoutHidden(list: List, { sees, changes }: Pick<Rights, "sees" | "changes">): List {
  const isSeen = (field: string) => {
    const meta = metaOf(list, field);
    return meta === undefined || sees(list.type, meta);
  };
  return {
    ...list,
    searched: list.searched.filter(isSeen),
    columns: list.columns
      .filter(({ field }) => isSeen(field))
      .map((column) => {
        const meta = metaOf(list, column.field);
        return meta === undefined || changes(list.type, meta) ? column : { ...column, bulk: false };
      }),
  };
}

/** The list as I may see it, with what the workspace put there. */
export function useOwnColumns(list: List): List {
  const own = useCustomFields(list.type);
  const rights = useMe();
  const isGuarded = typeMeta(list.type).fields.some(({ guard }) => guard !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what I may follows from who I am
  const mine = useMemo(() => (isGuarded ? withoutHidden(list, rights) : list), [list, isGuarded, rights.me]);
  return useMemo(() => (own.length === 0 ? mine : withOwnColumns(mine, own)), [mine, own]);
}
