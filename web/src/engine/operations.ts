import type {
  CreateValues,
  ErrorCode,
  RecordTypeName,
  RecordTypes,
  SettableFields,
} from "@/contract/contract";
import { emptyValue, type FieldMeta, type TypeMeta, typeMeta } from "./metadata";
import type {
  CreateOperation,
  DeleteOperation,
  FieldOperation,
  Guard,
  IncrementOperation,
  ListInsertOperation,
  ListPlace,
  ListRemoveOperation,
  Operation,
  RestoreOperation,
  SetOperation,
  Value,
  Values,
  WireRecord,
} from "./protocol";
import { type List, placeIn, stored } from "./values";

type FieldOf<T extends keyof SettableFields> = SettableFields[T] & keyof RecordTypes[T] & string;

/** The fields of a type that hold values of this kind. */
type FieldsHolding<T extends keyof SettableFields, V> = {
  [F in FieldOf<T>]: NonNullable<RecordTypes[T][F]> extends V ? F : never;
}[FieldOf<T>];

export function create<T extends keyof CreateValues>(
  type: T,
  id: string,
  values: CreateValues[T],
  guard?: Guard,
): CreateOperation {
  return { op: "create", type, id, values: { ...values } as Values, ...(guard && { guard }) };
}

/** `null` empties the field. With a guard, the answer is a conflict when it does not hold. */
export function set<T extends keyof SettableFields, F extends FieldOf<T>>(
  type: T,
  id: string,
  field: F,
  value: RecordTypes[T][F] | null,
  guard?: Guard,
): SetOperation {
  return { op: "set", type, id, field, value: value as Value, ...(guard && { guard }) };
}

/** Adds to a number, whatever it is by then; an empty one counts as 0. */
export function increment<T extends keyof SettableFields>(
  type: T,
  id: string,
  field: FieldsHolding<T, number>,
  by: number,
): IncrementOperation {
  return { op: "increment", type, id, field, by };
}

/** An item that is there already stays where it is. */
export function listInsert<T extends keyof SettableFields>(
  type: T,
  id: string,
  field: FieldsHolding<T, readonly string[]>,
  value: string,
  at?: ListPlace,
): ListInsertOperation {
  return { op: "listInsert", type, id, field, value, ...(at && { at }) };
}

export function listRemove<T extends keyof SettableFields>(
  type: T,
  id: string,
  field: FieldsHolding<T, readonly string[]>,
  value: string,
): ListRemoveOperation {
  return { op: "listRemove", type, id, field, value };
}

export function remove(type: RecordTypeName, id: string, guard?: Guard): DeleteOperation {
  return { op: "delete", type, id, ...(guard && { guard }) };
}

export function restore(type: RecordTypeName, id: string): RestoreOperation {
  return { op: "restore", type, id };
}

/** What the server takes in one transaction. */
const mostOperations = 100;

/**
 * Splits what is too much for one transaction, never between two operations on the same record.
 *
 * @param most how many operations one may hold, unless they are on one record
 */
export function inParts(
  operations: readonly Operation[],
  most = mostOperations,
): readonly (readonly Operation[])[] {
  const byRecord = new Map<string, Operation[]>();
  for (const operation of operations) {
    const mine = byRecord.get(operation.id);
    if (mine) mine.push(operation);
    else byRecord.set(operation.id, [operation]);
  }
  const parts: Operation[][] = [];
  for (const mine of byRecord.values()) {
    const last = parts.at(-1);
    if (last && last.length + mine.length <= most) last.push(...mine);
    else parts.push(mine);
  }
  return parts;
}

/** Who made the transaction, and when. */
export interface Stamp {
  readonly at: string;
  readonly by: string | null;
}

/** The record afterwards, `undefined` when it is gone; or why the operation does not apply. */
export type Applied = { readonly record: WireRecord | undefined } | { readonly code: ErrorCode };

/**
 * What the server will make of an operation, as far as a browser can know: it neither checks guards nor mints
 * versions, for it cannot know what came before its own transaction in the log.
 *
 * @param deleted the record as it was when it was deleted, where that is known
 */
export function apply(
  record: WireRecord | undefined,
  operation: Operation,
  stamp: Stamp,
  deleted?: WireRecord,
  meta: TypeMeta = typeMeta(operation.type),
): Applied {
  switch (operation.op) {
    case "create":
      return record || deleted ? { code: "record.exists" } : applyCreate(operation, stamp, meta);
    case "restore":
      if (record) return { code: "record.exists" };
      return deleted ? { record: anew(deleted, stamp, meta) } : { code: "record.not_found" };
    case "delete":
      return record ? { record: undefined } : { code: "record.not_found" };
    default:
      return record ? applyStep(record, operation, stamp, meta) : { code: "record.not_found" };
  }
}

function applyCreate({ type, id, values }: CreateOperation, { at, by }: Stamp, meta: TypeMeta): Applied {
  const given: Record<string, Value> = {};
  for (const field of meta.fields) given[field.name] = emptyValue(field);
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(meta, name);
    if ("code" in field) return field;
    given[name] = stored(field, value);
  }
  const stamps = { createdAt: at, createdBy: by, updatedAt: at, updatedBy: by };
  return { record: { type, id, version: 0, ...stamps, values: given } };
}

/** A restored record is made anew with the values that it had; secrets went with the deletion. */
function anew(deleted: WireRecord, { at, by }: Stamp, meta: TypeMeta): WireRecord {
  const secrets = meta.fields.filter(({ kind }) => kind === "secret").map(({ name }) => [name, false]);
  return {
    ...deleted,
    version: 0,
    createdAt: at,
    createdBy: by,
    updatedAt: at,
    updatedBy: by,
    values: { ...deleted.values, ...Object.fromEntries(secrets) },
  };
}

function applyStep(record: WireRecord, operation: FieldOperation, stamp: Stamp, meta: TypeMeta): Applied {
  const field = fieldOf(meta, operation.field);
  if ("code" in field) return field;
  const held = record.values[operation.field] ?? emptyValue(field);
  const value = step(field, held, operation);
  if (typeof value === "object" && value !== null && "code" in value) return value;
  return {
    record: {
      ...record,
      updatedAt: stamp.at,
      updatedBy: stamp.by,
      values: { ...record.values, [operation.field]: value },
    },
  };
}

function step(
  field: FieldMeta,
  held: Value,
  operation: FieldOperation,
): Value | { readonly code: ErrorCode } {
  switch (operation.op) {
    case "set":
      return stored(field, operation.value);
    case "increment":
      return incremented(field, held, operation.by);
    case "listInsert":
      return isList(field) ? inserted(field, listOf(held), operation) : { code: "field.wrong_kind" };
    case "listRemove":
      return isList(field)
        ? listOf(held).filter((item) => item !== operation.value.normalize())
        : { code: "field.wrong_kind" };
  }
}

function incremented(field: FieldMeta, held: Value, by: number): Value | { readonly code: ErrorCode } {
  if (field.kind !== "integer" && field.kind !== "money" && field.kind !== "custom")
    return { code: "field.wrong_kind" };
  const sum = (typeof held === "number" ? held : 0) + by;
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = field;
  return sum < min || sum > max ? { code: "field.out_of_range" } : sum;
}

function inserted(
  field: FieldMeta,
  items: List,
  { value, at }: ListInsertOperation,
): List | { readonly code: ErrorCode } {
  const item = value.normalize();
  if (items.includes(item)) return items;
  if (field.maxItems !== undefined && items.length >= field.maxItems) return { code: "list.too_many" };
  const place = placeIn(items, at);
  return [...items.slice(0, place), item, ...items.slice(place)];
}

const isList = ({ kind }: FieldMeta): boolean => kind === "list" || kind === "custom";

const listOf = (held: Value): List => (Array.isArray(held) ? (held as List) : []);

/** The field of a name, where an operation may change it. Of a custom one only the server knows what it takes. */
function fieldOf(meta: TypeMeta, name: string): FieldMeta | { readonly code: ErrorCode } {
  const field = meta.fields.find((one) => one.name === name);
  if (field) return field.readOnly ? { code: "field.read_only" } : field;
  return meta.customFields && name.startsWith("ext.")
    ? { name, kind: "custom", required: false }
    : { code: "field.unknown" };
}
