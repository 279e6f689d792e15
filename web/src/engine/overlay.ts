import type { RecordTypeName } from "@/contract/contract";
import { isUnkept, operationsOf } from "./letters";
import { type Drawn, merge } from "./merge";
import { recordTypes } from "./metadata";
import type { Operation, Values, WireRecord } from "./protocol";
import type { Pending } from "./queue";
import type { Records } from "./records";
import type { DeadLetter, FieldMark, View } from "./types";
import { sameValue } from "./values";

const pendingMark: FieldMark = { state: "pending" };

/** Above so many changes at once, sorting anew is cheaper than putting each in its place. */
const patchLimit = 64;

interface TypeViews {
  readonly views: Map<string, View>;
  readonly stale: Set<string>;
  list: readonly View[];
}

/**
 * What screens read: the confirmed records with the pending transactions replayed over them. A view is computed when
 * it is next asked for after something under it changed, and stays the same object as long as it says the same.
 */
export class Overlay {
  readonly #records: Records;
  readonly #types = new Map<RecordTypeName, TypeViews>(
    recordTypes.map((type) => [type, { views: new Map(), stale: new Set(), list: [] }]),
  );
  readonly #pending = new Map<string, Set<Pending>>();
  /** By record, then by field; "" stands for the record as a whole. */
  readonly #failed = new Map<string, Map<string, DeadLetter>>();

  constructor(records: Records) {
    this.#records = records;
  }

  record(type: RecordTypeName, id: string): View | undefined {
    return this.#fresh(type).views.get(id);
  }

  list(type: RecordTypeName): readonly View[] {
    return this.#fresh(type).list;
  }

  /** Something under this record's view changed. */
  changed(type: RecordTypeName, id: string): void {
    this.#types.get(type)?.stale.add(id);
  }

  /** Everything under the views may have changed: nothing waits and nothing failed until it is said anew. */
  reset(): void {
    this.#pending.clear();
    this.#failed.clear();
    for (const [type, { views, stale }] of this.#types) {
      for (const id of views.keys()) stale.add(id);
      for (const id of this.#records.ids(type)) stale.add(id);
    }
  }

  show(pending: Pending): void {
    for (const operation of pending.operations) {
      const key = keyOf(operation);
      this.#pending.set(key, (this.#pending.get(key) ?? new Set()).add(pending));
      // Whoever writes a field anew has answered its refusal; the letter itself stays to be seen.
      this.#failed.get(key)?.delete(fieldOf(operation));
    }
  }

  hide(pending: Pending): void {
    for (const operation of pending.operations) {
      const key = keyOf(operation);
      const pendings = this.#pending.get(key);
      pendings?.delete(pending);
      if (pendings?.size === 0) this.#pending.delete(key);
    }
  }

  fail(letter: DeadLetter): void {
    for (const operation of operationsOf(letter)) {
      const key = keyOf(operation);
      if (this.#isAnswered(letter, key, fieldOf(operation))) continue;
      this.#failed.set(key, (this.#failed.get(key) ?? new Map()).set(fieldOf(operation), letter));
    }
  }

  forgive(letter: DeadLetter): void {
    for (const operation of operationsOf(letter)) {
      const marks = this.#failed.get(keyOf(operation));
      if (marks?.get(fieldOf(operation)) === letter) marks.delete(fieldOf(operation));
    }
  }

  /** Whether the field was written anew since. What there was no room for comes after all that waits from before it. */
  #isAnswered(letter: DeadLetter, key: string, field: string): boolean {
    const pendings = [...(this.#pending.get(key) ?? [])];
    return pendings.some(
      ({ operations, at }) =>
        !(isUnkept(letter) && at <= letter.at) &&
        operations.some((operation) => keyOf(operation) === key && fieldOf(operation) === field),
    );
  }

  #fresh(type: RecordTypeName): TypeViews {
    const held = this.#types.get(type) ?? { views: new Map(), stale: new Set(), list: [] };
    const changed: string[] = [];
    for (const id of held.stale) {
      const before = held.views.get(id);
      const now = this.#compute(type, id);
      if (now === before || (now && before && same(now, before))) continue;
      if (now) held.views.set(id, now);
      else held.views.delete(id);
      changed.push(id);
    }
    held.stale.clear();
    if (changed.length > 0) held.list = relist(held, changed);
    return held;
  }

  #compute(type: RecordTypeName, id: string): View | undefined {
    const confirmed = this.#records.get(type, id);
    const key = keyOf({ type, id });
    const [pending, failed] = [this.#pending.get(key), this.#failed.get(key)];
    // So are nearly all of the tens of thousands that a page begins with.
    if (!pending && !failed) return confirmed && ({ ...confirmed, ...untouched } as unknown as View);
    const { record, created, waiting } = merge(confirmed, drawnOn(type, id, pending ?? []));
    return record && viewOf(record, created, waiting, failed);
  }
}

/** Nothing waits, and nothing was refused. */
const untouched = { state: "confirmed", fields: {} } as const;

function* drawnOn(type: RecordTypeName, id: string, pendings: Iterable<Pending>): Iterable<Drawn> {
  for (const { operations, ...pending } of pendings) {
    const mine = operations.filter((operation) => operation.type === type && operation.id === id);
    yield { ...pending, operations: mine };
  }
}

function viewOf(
  record: WireRecord,
  created: boolean,
  waiting: ReadonlySet<string>,
  failed: ReadonlyMap<string, DeadLetter> | undefined,
): View {
  const fields: Record<string, FieldMark> = {};
  for (const [field, letter] of failed ?? []) {
    if (field !== "") fields[field] = { state: stateOf(letter), letter };
  }
  const isShown = (field: string, letter: DeadLetter | undefined) => !waiting.has(field) || isUnkept(letter);
  for (const field of waiting) if (!isShown(field, failed?.get(field))) fields[field] = pendingMark;
  const refused = [...(failed ?? [])]
    .filter(([field, letter]) => isShown(field, letter))
    .map(([, letter]) => letter);
  const worst = refused.find(isConflict) ?? refused[0];
  const state = worst ? stateOf(worst) : created || waiting.size > 0 ? "pending" : "confirmed";
  // The server checks every value against the metadata that the types are generated from.
  return { ...record, state, fields } as unknown as View;
}

function isConflict({ outcome }: DeadLetter): boolean {
  return outcome === "conflict";
}

function stateOf(letter: DeadLetter): "failed" | "conflicting" {
  return isConflict(letter) ? "conflicting" : "failed";
}

function relist({ views, list }: TypeViews, changed: readonly string[]): readonly View[] {
  if (changed.length > patchLimit) return [...views.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const patched = [...list];
  for (const id of changed) {
    const place = placeOf(patched, id);
    const view = views.get(id);
    patched.splice(place, patched[place]?.id === id ? 1 : 0, ...(view ? [view] : []));
  }
  return patched;
}

function placeOf(list: readonly View[], id: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.id ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function same(a: View, b: View): boolean {
  return (
    a.version === b.version &&
    a.state === b.state &&
    a.createdAt === b.createdAt &&
    a.createdBy === b.createdBy &&
    a.updatedAt === b.updatedAt &&
    a.updatedBy === b.updatedBy &&
    sameEntries(a.values as unknown as Values, b.values as unknown as Values, sameValue) &&
    sameEntries(a.fields, b.fields, sameMark)
  );
}

function sameEntries<V>(
  a: Readonly<Record<string, V>>,
  b: Readonly<Record<string, V>>,
  equal: (x: V | undefined, y: V | undefined) => boolean,
): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => equal(a[name], b[name]));
}

function sameMark(a: FieldMark | undefined, b: FieldMark | undefined): boolean {
  return a?.state === b?.state && letterOf(a) === letterOf(b);
}

function letterOf(mark: FieldMark | undefined): DeadLetter | null {
  return mark && "letter" in mark ? mark.letter : null;
}

function keyOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}/${id}`;
}

function fieldOf(operation: Operation): string {
  return "field" in operation ? operation.field : "";
}
