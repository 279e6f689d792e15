import type { ErrorCode, Permission, RecordTypeName, Role, ScopeName } from "@/contract/contract";
import json from "../../../contract/contract.json";
import type { Value } from "./protocol";

export type FieldKind = "text" | "choice" | "list" | "reference";
export type FieldFormat = "email" | "currency" | "language";

/** What the contract says about one field. `max` is in characters, of the text or of each entry of a list. */
export interface FieldMeta {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly readOnly?: boolean;
  readonly max?: number;
  readonly maxItems?: number;
  readonly choices?: readonly string[];
  readonly format?: FieldFormat;
  readonly default?: Value;
}

interface Contract {
  readonly protocol: number;
  readonly schema: number;
  readonly records: Readonly<
    Record<
      RecordTypeName,
      {
        readonly scope: ScopeName;
        readonly permissions: readonly Permission[];
        readonly fields: readonly FieldMeta[];
      }
    >
  >;
  readonly scopes: Readonly<Record<ScopeName, { readonly records: readonly RecordTypeName[] }>>;
  readonly roles: Readonly<Record<Role, readonly Permission[]>>;
  readonly operations: readonly string[];
  readonly errors: readonly ErrorCode[];
}

/** The generated contract; its types come from the same generator, so this one cast is all that joins them. */
export const contract = json as Contract;

export const recordTypes = Object.keys(contract.records) as readonly RecordTypeName[];
export const scopeNames = Object.keys(contract.scopes) as readonly ScopeName[];

const fieldsByName = new Map(
  recordTypes.map((type) => [
    type,
    new Map(contract.records[type].fields.map((field) => [field.name, field])),
  ]),
);

/** The metadata of one field; `undefined` when the type has no such field. */
export function fieldMeta(type: RecordTypeName, name: string): FieldMeta | undefined {
  return fieldsByName.get(type)?.get(name);
}

/** What a field holds when nothing was ever put there. */
export function emptyValue(field: FieldMeta): Value {
  return field.default ?? (field.kind === "list" ? [] : null);
}
