import { createContext, useContext } from "react";
import type { RecordTypeName, RecordTypes, SettableFields } from "@/contract/contract";
import { type FieldMeta, fieldMeta, permissionTo } from "@/engine/metadata";
import type { Operation, SetOperation, Value } from "@/engine/protocol";
import { useEngine, useMe, useRecentChange, useRecord } from "@/engine/react";
import type { DeadLetter, FieldMark, RecentChange, View } from "@/engine/types";
import { type Complaint, normalise, validateField } from "./validate";

export type EditableType = keyof SettableFields;

/** One field of one record, as a control needs it. */
export interface Field<V extends Value = Value> {
  readonly type: RecordTypeName;
  readonly name: string;
  readonly value: V;
  readonly canEdit: boolean;
  /** Written here, not yet answered by the server. */
  readonly pending: boolean;
  /** The server refused the last write; the person decides what becomes of it. */
  readonly letter: DeadLetter | null;
  /** Someone else has just changed it, and what they wrote is what is shown. */
  readonly recent: RecentChange | null;
  /** Writes at once, or says what is wrong. Of a record that is gone there is nothing to write. */
  readonly save: (value: Value) => Complaint | null;
}

/** What the rules of one product say of a field, where the server would have to refuse it otherwise. */
export interface FieldRule {
  /** The value as it is written, however it was typed. */
  readonly write: (value: Value) => Value;
  readonly check: (value: Value) => Complaint | null;
}

/** Below it nothing can be edited, whatever the person's rights: of a record that is archived, say. */
export const Locked = createContext(false);

function same(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What a record holds in a field of this name; nothing where it has none. */
export function valueIn(view: View, name: string): Value {
  return (view.values as unknown as Readonly<Record<string, Value>>)[name] ?? null;
}

function markIn(view: View, name: string): FieldMark | undefined {
  return (view.fields as Readonly<Record<string, FieldMark | undefined>>)[name];
}

/** An amount is of some currency, which the record has beside it; until it does, nobody can tell what was typed. */
function withoutCurrency(view: View, { currency }: FieldMeta, value: Value): Complaint | null {
  return currency === undefined || value === null || valueIn(view, currency) !== null
    ? null
    : { code: "field.required", field: currency };
}

function isSame(one: Operation, { id, field }: SetOperation): boolean {
  return one.op === "set" && one.id === id && one.field === field;
}

/** Whether this field of this record is why it was refused. */
function isBlamed({ outcome, error }: DeadLetter, { id, field }: SetOperation): boolean {
  return outcome === "rejected" && error.field === field && error.params?.id === id;
}

function letterIn(view: View, name: string): DeadLetter | null {
  const mark = markIn(view, name);
  return mark && "letter" in mark ? mark.letter : null;
}

export function useField<T extends EditableType, F extends SettableFields[T] & keyof RecordTypes[T] & string>(
  view: View<T>,
  name: F,
): Field<Extract<RecordTypes[T][F], Value>> {
  return useNamedField(view, name) as Field<Extract<RecordTypes[T][F], Value>>;
}

/**
 * The same for a name that only the contract or the workspace knows.
 * @param meta of a field that the workspace defined for itself
 * @param rule what more the value has to be, and how it is written, beside what the contract says
 */
export function useNamedField(
  view: View,
  name: string,
  meta: FieldMeta | undefined = fieldMeta(view.type, name),
  rule?: FieldRule,
): Field {
  const engine = useEngine();
  const { can, changes } = useMe();
  const isMine = (field: FieldMeta) => field.readOnly !== true && changes(view.type, field);
  const locked = useContext(Locked);
  const { type, id }: { type: RecordTypeName; id: string } = view;
  const recent = useRecentChange(type, id, name);
  // The page may be drawn a moment later than the field that was just written.
  const value = useRecord(type, id, (now) => valueIn(now ?? view, name));
  const pending = useRecord(type, id, (now) => markIn(now ?? view, name)?.state === "pending");
  const letter = useRecord(type, id, (now) => letterIn(now ?? view, name));

  function save(wanted: Value): Complaint | null {
    const normal = normalise(wanted);
    const next = rule === undefined ? normal : rule.write(normal);
    const now = engine.record(type, id);
    if (same(next, value) || now === undefined) return null;
    const complaint: Complaint | null =
      meta === undefined
        ? { code: "field.unknown", field: name }
        : (validateField(meta, next) ?? withoutCurrency(now, meta, next) ?? rule?.check(next) ?? null);
    if (complaint !== null) return complaint;
    const operation = { op: "set", type, id, field: name, value: next } as const;
    // A refused write is thereby mended, and all else that it was to do goes along; what failed otherwise stays to be seen.
    if (letter?.operations.length === 1) engine.retry(letter.id, [operation]);
    else if (letter !== null && isBlamed(letter, operation))
      engine.retry(
        letter.id,
        letter.operations.map((one) => (isSame(one, operation) ? operation : one)),
      );
    else engine.transact([operation]);
    return null;
  }

  return {
    type,
    name,
    value,
    canEdit: !locked && can(permissionTo("update", type)) && (meta === undefined || isMine(meta)),
    pending,
    letter,
    recent: pending ? null : recent,
    save,
  };
}
