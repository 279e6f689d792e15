import type { RecordTypes, SettableFields } from "@/contract/contract";
import { set } from "@/engine/operations";
import type { Value } from "@/engine/protocol";
import { useEngine, useMe, useRecentChange } from "@/engine/react";
import type { DeadLetter, RecentChange, View } from "@/engine/types";
import { type Complaint, normalise, validate } from "./validate";

export type EditableType = keyof SettableFields;

/** One field of one record, as a control needs it. */
export interface Field<V extends Value = Value> {
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

function same(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function useField<T extends EditableType, F extends SettableFields[T] & keyof RecordTypes[T] & string>(
  view: View<T>,
  name: F,
): Field<Extract<RecordTypes[T][F], Value>> {
  const engine = useEngine();
  const { can } = useMe();
  const recent = useRecentChange(view.type, view.id, name);
  const value = view.values[name] as Extract<RecordTypes[T][F], Value>;
  const mark = view.fields[name];
  const letter = mark && "letter" in mark ? mark.letter : null;

  function save(wanted: Value): Complaint | null {
    const next = normalise(wanted);
    if (same(next, value) || engine.record(view.type, view.id) === undefined) return null;
    const complaint = validate(view.type, name, next);
    if (complaint !== null) return complaint;
    const operation = set(view.type, view.id, name, next as RecordTypes[T][F]);
    // A refused write of this field alone is thereby mended; one that did more stays for the person to see.
    if (letter?.operations.length === 1) engine.retry(letter.id, [operation]);
    else engine.transact([operation]);
    return null;
  }

  return {
    name,
    value,
    canEdit: can(`${view.type}.update`),
    pending: mark?.state === "pending",
    letter,
    recent: mark?.state === "pending" ? null : recent,
    save,
  };
}
