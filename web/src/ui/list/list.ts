import type { Icon } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";
import type { ReactNode } from "react";
import type { Permission, RecordTypeName } from "@/contract/contract";
import { type FieldKind, fieldMeta } from "@/engine/metadata";
import type { Value } from "@/engine/protocol";
import type { FieldOf, View } from "@/engine/types";
import { rowActions } from "./actions";

/** When a record was made and changed last stands beside its fields. */
export type Stamp = "createdAt" | "updatedAt";

/**
 * A field of the records, as the list shows it. Its kind in the contract says the rest: how it is written, sorted,
 * filtered and changed for many at once.
 */
export interface Column<T extends RecordTypeName = RecordTypeName> {
  readonly field: FieldOf<T> | Stamp;
  readonly label: ParseKeys;
  /** The words for a value that is not shown as it stands: a choice, a currency. */
  textOf?(value: string, language: string): ParseKeys | { readonly name: string };
  /** How a value looks where its words are not enough. */
  draw?(value: string): ReactNode;
  /** Shown until the person chooses otherwise. The first column always is. */
  readonly shown?: boolean;
  /** Offered as a filter: one of the values in use, or of the choices. */
  readonly filter?: boolean;
  /** May be changed for many records at once. */
  readonly bulk?: boolean;
  /** Where a value needs a reason, the text field that takes it: both are then set together. */
  readonly asks?: Readonly<Record<string, FieldOf<T>>>;
  /** The least width in rem; else by its kind. */
  readonly width?: number;
}

/**
 * All that a list of one record type is: the list itself, its address, keys, palette, filters, views and bulk actions
 * are drawn from it. Its pages are `/w/<workspace>/<page>` and `/w/<workspace>/<page>/<record>`.
 */
export interface ListDeclaration<T extends RecordTypeName = RecordTypeName> {
  readonly type: T;
  readonly page: string;
  readonly icon: Icon;
  readonly words: {
    /** The list, one of its records, the palette's and buttons' words for making one. */
    readonly title: ParseKeys;
    readonly one: ParseKeys;
    readonly create: ParseKeys;
    readonly search: ParseKeys;
    readonly searchHint: ParseKeys;
    readonly emptyTitle: ParseKeys;
    readonly emptyText: ParseKeys;
  };
  /** The field that names a record; it is the first column. */
  readonly name: FieldOf<T>;
  readonly columns: readonly Column<T>[];
  /** The fields in which a search looks. */
  readonly searched: readonly FieldOf<T>[];
  /** What stands before the name. */
  mark?(record: View<T>): ReactNode;
  /** The line below the name where the list is narrow, and in the palette. */
  line?(record: View<T>): string | null;
  /** The column that a narrow row shows at its end. */
  readonly aside?: FieldOf<T> | Stamp;
  /** The dialog that makes a record. */
  Create(props: CreateProps): ReactNode;
  /** Another way to begin where there is none yet, beside making one. */
  Begin?(): ReactNode;
  /** The page of one record: see `record/page`. */
  Detail(props: { readonly record: View<T>; readonly onClose: () => void }): ReactNode;
}

export interface CreateProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

/** A list of any type, with its actions. */
export interface List extends ListDeclaration {
  readonly rowActions: ReturnType<typeof rowActions>;
}

export function defineList<T extends RecordTypeName>(declaration: ListDeclaration<T>): List {
  // What a declaration is handed are the records of its own type, and no others.
  const list = declaration as unknown as ListDeclaration;
  return { ...list, rowActions: rowActions(list) };
}

export function kindOf(type: RecordTypeName, field: string): FieldKind {
  return fieldMeta(type, field)?.kind ?? "time";
}

/** What a record holds in a field, or when it was made or changed. */
export function valueIn(record: View, field: string): Value {
  if (field === "createdAt" || field === "updatedAt") return record[field];
  return (record.values as unknown as Readonly<Record<string, Value>>)[field] ?? null;
}

/** The same as a list of single values: the entries of a list, none where nothing is. */
export function valuesIn(record: View, field: string): readonly string[] {
  const value = valueIn(record, field);
  if (value === null) return [];
  return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
}

export function nameOf(list: ListDeclaration, record: View): string {
  return String(valueIn(record, list.name) ?? "");
}

export function columnOf(list: ListDeclaration, field: string): Column | undefined {
  return list.columns.find((column) => column.field === field);
}

/** What a role must permit for this; where nobody may ever do it, no role does. */
export function permissionTo(verb: "create" | "update" | "delete", { type }: ListDeclaration): Permission {
  return `${type}.${verb}` as Permission;
}
