import type { Icon } from "@tabler/icons-react";
import type { RegisteredRouter } from "@tanstack/react-router";
import type { ParseKeys, TFunction } from "i18next";
import type { ReactNode } from "react";
import type { RecordTypeName } from "@/contract/contract";
import type { FieldMeta } from "@/engine/metadata";
import type { FieldOf, View } from "@/engine/types";
import { nameBy } from "@/ui/record/words";
import { rowActions } from "./actions";
import { isStamp, type Stamp, valueIn } from "./fields";
import type { Names } from "./names";
import type { ListSearch } from "./search";

/**
 * A field of the records, as the list shows it. Its kind in the contract says the rest: how it is written, sorted,
 * filtered and changed for many at once.
 */
export interface Column<T extends RecordTypeName = RecordTypeName> {
  readonly field: FieldOf<T> | Stamp;
  /** A key of the texts, or what the workspace itself calls it. */
  readonly label: ParseKeys | { readonly name: string };
  /** Of a field that the workspace defined for itself. */
  readonly meta?: FieldMeta;
  /** How a value looks where its words are not enough. */
  draw?(value: string): ReactNode;
  /** Shown until the person chooses otherwise. The first column always is. */
  readonly shown?: boolean;
  /** Minutes, which are written and typed as hours. */
  readonly hours?: boolean;
  /** Whether the day of this record went by in vain: it then stands out. */
  isLate?(record: View<T>): boolean;
  /** Offered as a filter: one of the values in use, or of the choices; where values have an order, from here to there. */
  readonly filter?: boolean;
  /** May be changed for many records at once. */
  readonly bulk?: boolean;
  /** Which values this record may get, where the steps of the contract do not say it; `undefined` leaves it to them. */
  steps?(record: View<T>): readonly string[] | undefined;
  /** Where a value needs a reason, the text field that takes it: both are then set together. */
  readonly asks?: Readonly<Record<string, FieldOf<T>>>;
  /** The least width in rem; else by its kind. */
  readonly width?: number;
}

/** Another way to show the records that the search finds: on a board, along the days. */
export interface Layout<T extends RecordTypeName = RecordTypeName> {
  /** Its name in the address: `?view=board`. */
  readonly id: string;
  readonly label: ParseKeys;
  /** What palette and help call it. */
  readonly action: ParseKeys;
  readonly icon: Icon;
  readonly shortcut: string;
  /** Without it, this is the list itself. */
  Draw?(props: LayoutProps<T>): ReactNode;
}

export interface LayoutProps<T extends RecordTypeName = RecordTypeName> {
  /** In the order of the list. */
  readonly records: readonly View<T>[];
  /** What those are called that they refer to, by their ids. */
  readonly names: Names;
  readonly hrefOf: (id: string) => string;
  readonly open: (id: string) => void;
}

/** The addresses that the router knows lists by: `/w/<workspace>/<page>`, and `/w/<workspace>/<page>/<record>`. */
type Addresses = keyof RegisteredRouter["routesByPath"];
export type Page = Addresses extends infer Address
  ? Address extends `/w/$workspaceId/${infer Name}/$recordId`
    ? Name
    : never
  : never;

/**
 * All that a list of one record type is: the list itself, its address, keys, palette, filters, views and bulk actions
 * are drawn from it. Its pages are `/w/<workspace>/<page>` and `/w/<workspace>/<page>/<record>`.
 */
export interface ListDeclaration<T extends RecordTypeName = RecordTypeName> {
  readonly type: T;
  readonly page: Page;
  readonly icon: Icon;
  readonly words: {
    /** The list, the palette's words for going there, and its and the buttons' words for making a record. */
    readonly title: ParseKeys;
    readonly go: ParseKeys;
    readonly create: ParseKeys;
    readonly search: ParseKeys;
    readonly searchHint: ParseKeys;
    readonly emptyTitle: ParseKeys;
    readonly emptyText: ParseKeys;
  };
  /** The keys that lead here and that make a record, from everywhere in a workspace: `"g c"`, `"n c"`. */
  readonly keys?: { readonly go?: string; readonly create?: string };
  /** The field that names a record, everywhere: the first column, the heading of its page. */
  readonly name: FieldOf<T>;
  readonly columns: readonly Column<T>[];
  /** The fields in which a search looks. */
  readonly searched: readonly FieldOf<T>[];
  /** What stands before the name. */
  mark?(record: View<T>): ReactNode;
  /** The columns whose values stand below the name where the list is narrow, and in the palette. */
  readonly line?: readonly FieldOf<T>[];
  /** The column that a narrow row shows at its end. */
  readonly aside?: FieldOf<T> | Stamp;
  /** The ways to show what is found, the list itself first; without them there is the list alone. */
  readonly layouts?: readonly Layout<T>[];
  /** The page of a record takes the place of the list; else it lies beside it, where that is wide enough. */
  readonly alone?: boolean;
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

const stampLabels: Readonly<Record<Stamp, ParseKeys>> = {
  createdAt: "record.created",
  updatedAt: "record.changed",
};

/** Its columns are called what the fields are called where they are edited. */
export function defineList<T extends RecordTypeName>(
  declaration: Omit<ListDeclaration<T>, "columns"> & {
    readonly columns: readonly Omit<Column<T>, "label">[];
  },
): List {
  const labelled = declaration.columns.map((column) => ({
    ...column,
    label: isStamp(column.field)
      ? stampLabels[column.field]
      : `records.${declaration.type}.fields.${column.field}`,
  }));
  nameBy(declaration.type, declaration.name);
  // What a declaration is handed are the records of its own type, and no others.
  const list = { ...declaration, columns: labelled } as unknown as ListDeclaration;
  return { ...list, rowActions: rowActions(list) };
}

export function nameOf(list: ListDeclaration, record: View): string {
  return String(valueIn(record, list.name) ?? "");
}

/** What a column is called. */
export function labelOf(t: TFunction, { label }: Pick<Column, "label">): string {
  return typeof label === "string" ? t(label) : label.name;
}

export function columnOf(list: ListDeclaration, field: string): Column | undefined {
  return list.columns.find((column) => column.field === field);
}

/** The layout that the search asks for: the list itself where it is none of the others. */
export function layoutOf({ layouts = [] }: ListDeclaration, { view }: ListSearch): Layout | undefined {
  return layouts.find(({ id }) => id === view) ?? layouts[0];
}

/** The columns of the line below a name, as far as the record has values in them. */
export function lineColumns(list: ListDeclaration, record: View): readonly Column[] {
  return (list.line ?? []).flatMap((field) => {
    const column = columnOf(list, field);
    return column === undefined || valueIn(record, field) === null ? [] : [column];
  });
}
