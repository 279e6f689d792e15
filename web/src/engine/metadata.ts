import type { ErrorCode, Permission, RecordTypeName, Role, ScopeName } from "@/contract/contract";
import json from "../../../contract/contract.json";
import type { Value } from "./protocol";

export type FieldKind =
  | "text"
  | "choice"
  | "list"
  | "integer"
  | "money"
  | "boolean"
  | "date"
  | "time"
  | "reference"
  | "secret"
  | "sealed"
  | "custom";
export type FieldFormat = "email" | "currency" | "language" | "key" | "country" | "order";

/**
 * What the contract says about one field. `max` is the longest text in characters, or entry of a list, or the largest
 * number; `currency` the field beside an amount, `target` the record type that a reference is to.
 */
export interface FieldMeta {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly readOnly?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly maxBytes?: number;
  readonly lines?: boolean;
  readonly currency?: string;
  readonly target?: string;
  readonly maxItems?: number;
  readonly choices?: readonly string[];
  /** Which choices may follow on each; without it any on any. */
  readonly steps?: Readonly<Record<string, readonly string[]>>;
  readonly format?: FieldFormat;
  /** What the permissions are called by that it takes to see and to change the field; without it all do who do so with the record. */
  readonly guard?: string;
  readonly default?: Value;
}

/** What the contract says about one record type. */
export interface TypeMeta {
  readonly scope: string;
  readonly permissions: readonly string[];
  /** Whether a workspace may define fields of its own; they are called `ext.` and their key. */
  readonly customFields?: boolean;
  readonly fields: readonly FieldMeta[];
}

interface Contract {
  readonly protocol: number;
  readonly schema: number;
  readonly records: Readonly<
    Record<
      RecordTypeName,
      TypeMeta & { readonly scope: ScopeName; readonly permissions: readonly Permission[] }
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

/** Where a record type belongs. */
export function scopeOf(type: RecordTypeName): ScopeName {
  return contract.records[type].scope;
}

export function typeMeta(type: RecordTypeName): TypeMeta {
  return contract.records[type];
}

/** The metadata of one field; `undefined` when the type has no such field. */
export function fieldMeta(type: RecordTypeName, name: string): FieldMeta | undefined {
  return fieldsByName.get(type)?.get(name);
}

/** What a role must permit for this; where nobody may ever do it, no role does. */
export function permissionTo(
  verb: "create" | "read" | "update" | "delete",
  type: RecordTypeName,
): Permission {
  return `${type}.${verb}` as Permission;
}

/** What a role must permit to see or to change a guarded field, beside the same of its record; `undefined` where it is open. */
export function permissionOn(
  verb: "see" | "change",
  type: RecordTypeName,
  { guard }: FieldMeta,
): Permission | undefined {
  return guard === undefined ? undefined : (`${type}.${verb}.${guard}` as Permission);
}

/** What a field holds when nothing was ever put there. */
export function emptyValue(field: FieldMeta): Value {
  if (field.default !== undefined) return field.default;
  if (field.kind === "list") return [];
  return field.kind === "secret" ? false : null;
}
