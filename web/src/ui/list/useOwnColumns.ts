import { useMemo } from "react";
import { type CustomField, useCustomFields } from "@/ui/record/customFields";
import { isStamp } from "./fields";
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

export function useOwnColumns(list: List): List {
  const own = useCustomFields(list.type);
  return useMemo(() => (own.length === 0 ? list : withOwnColumns(list, own)), [list, own]);
}
