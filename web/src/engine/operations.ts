import type {
  CreateValues,
  ErrorCode,
  RecordTypeName,
  RecordTypes,
  SettableFields,
} from "@/contract/contract";
import { contract, emptyValue, type FieldMeta, fieldMeta } from "./metadata";
import type {
  CreateOperation,
  DeleteOperation,
  Guard,
  Operation,
  SetOperation,
  Value,
  Values,
  WireRecord,
} from "./protocol";

export function create<T extends keyof CreateValues>(
  type: T,
  id: string,
  values: CreateValues[T],
): CreateOperation {
  return { op: "create", type, id, values: { ...values } as Values };
}

/** `null` empties the field. With a guard, the answer is a conflict when the record has changed since that version. */
export function set<T extends keyof SettableFields, F extends SettableFields[T] & keyof RecordTypes[T]>(
  type: T,
  id: string,
  field: F & string,
  value: RecordTypes[T][F] | null,
  guard?: Guard,
): SetOperation {
  return { op: "set", type, id, field, value: value as Value, ...(guard && { guard }) };
}

export function remove(type: RecordTypeName, id: string, guard?: Guard): DeleteOperation {
  return { op: "delete", type, id, ...(guard && { guard }) };
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
 */
export function apply(record: WireRecord | undefined, operation: Operation, stamp: Stamp): Applied {
  switch (operation.op) {
    case "create":
      return record ? { code: "record.exists" } : applyCreate(operation, stamp);
    case "set":
      return record ? applySet(record, operation, stamp) : { code: "record.not_found" };
    case "delete":
      return record ? { record: undefined } : { code: "record.not_found" };
  }
}

function applyCreate({ type, id, values }: CreateOperation, { at, by }: Stamp): Applied {
  for (const name of Object.keys(values)) {
    const fault = faultOf(type, name);
    if (fault) return { code: fault };
  }
  const every = contract.records[type].fields.map((field) => {
    const given = values[field.name];
    return [field.name, given === undefined ? emptyValue(field) : stored(field, given)];
  });
  return {
    record: {
      type,
      id,
      version: 0,
      createdAt: at,
      createdBy: by,
      updatedAt: at,
      updatedBy: by,
      values: Object.fromEntries(every),
    },
  };
}

function applySet(record: WireRecord, { type, field, value }: SetOperation, { at, by }: Stamp): Applied {
  const meta = fieldMeta(type, field);
  const fault = faultOf(type, field);
  if (!meta || fault) return { code: fault ?? "field.unknown" };
  return {
    record: {
      ...record,
      updatedAt: at,
      updatedBy: by,
      values: { ...record.values, [field]: stored(meta, value) },
    },
  };
}

function faultOf(type: RecordTypeName, field: string): ErrorCode | undefined {
  const meta = fieldMeta(type, field);
  if (!meta) return "field.unknown";
  return meta.readOnly ? "field.read_only" : undefined;
}

/** There is one way to be empty, and a list holds each entry once. */
function stored(field: FieldMeta, value: Value): Value {
  if (field.kind === "list") return [...new Set(Array.isArray(value) ? (value as readonly string[]) : [])];
  return value === "" ? null : value;
}
