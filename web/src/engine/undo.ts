import { inverse } from "./inverse";
import { fieldMeta, typeMeta } from "./metadata";
import { apply, type Stamp } from "./operations";
import type { Guard, Operation, RecordRef, Value, Values, WireRecord } from "./protocol";
import type { Undone } from "./types";
import { sameValue } from "./values";

/** One operation that takes one back, and what must still be so for that. */
export interface Back {
  readonly operation: Operation;
  /** Where the field holds something else by now, another has changed it since, and it is left alone. */
  readonly expects?: Value;
  /** The same for what deletes a record: what it held when it was made. What another put into it would go with it. */
  readonly holds?: Values;
}

/** What one Ctrl+Z takes back: what was done to one subject within a moment. */
export interface UndoStep {
  readonly id: string;
  readonly stack: "undo" | "redo";
  /** Milliseconds since 1970 of the last that went into it. */
  readonly at: number;
  readonly subject: string;
  /** The transactions in it, the newest first, each with what takes it back in the order of doing. */
  readonly parts: readonly { readonly transaction: string; readonly back: readonly Back[] }[];
  /** Transactions that the server composed, in the order of doing: it takes them back itself, and there are no `parts`. */
  readonly server?: readonly string[];
}

/** What the server has done for a step, and which of its transactions are still to be taken back. */
export interface Answered {
  readonly step: UndoStep;
  readonly open: readonly string[];
}

/** How long one goes on with the same thing. */
export const batchedFor = 1_200;
/** How many steps are remembered in each direction. */
export const mostSteps = 200;

/** What takes these operations back, the last one first; `null` where one of them cannot be. */
export function backOf(
  operations: readonly Operation[],
  read: (record: RecordRef) => WireRecord | undefined,
  stamp: Stamp,
): readonly Back[] | null {
  const held = new Map<string, WireRecord | undefined>();
  const deleted = new Map<string, WireRecord>();
  const back: Back[] = [];
  for (const operation of operations) {
    const { type, id } = operation;
    const before = held.has(id) ? held.get(id) : read(operation);
    if (operation.op === "restore" && !deleted.has(id)) {
      // What it was before it was deleted only the server knows.
      back.unshift({ operation: { op: "delete", type, id } });
      continue;
    }
    // What nobody may make, nobody brings back.
    if (operation.op === "delete" && !typeMeta(type).permissions.includes(`${type}.create`)) return null;
    const inverted = inverse(operation, before, (field) => fieldMeta(type, field)?.kind === "secret");
    const applied = apply(before, operation, stamp, deleted.get(id));
    if (inverted === null || "code" in applied) return null;
    if (before && !applied.record) deleted.set(id, before);
    held.set(id, applied.record);
    back.unshift(...inverted.map((one): Back => ({ operation: one, ...expected(one, applied.record) })));
  }
  return back;
}

/** A number that is taken back by adding, and an item by its name, meet whatever others did. */
function expected(back: Operation, now: WireRecord | undefined): Pick<Back, "expects"> | Pick<Back, "holds"> {
  if (back.op === "set") return { expects: now?.values[back.field] ?? null };
  return back.op === "delete" && now ? { holds: now.values } : {};
}

/** What is there, for who takes something back. */
export interface Found {
  /** The record as the person sees it. */
  read(record: RecordRef): WireRecord | undefined;
  /** The version that the server has confirmed; `undefined` while changes of my own wait on top of it. */
  settledVersion(record: RecordRef): number | undefined;
  isMine(record: WireRecord): boolean;
}

/** What of it can still be done, with guards for what may happen on the way to the server. */
export function possible(step: UndoStep, found: Found): Undone {
  let operations: readonly Operation[] = [];
  const left: Operation[] = [];
  /** As they are when what comes before in the step is taken back. */
  const records = new Map<string, WireRecord | undefined>();
  for (const back of step.parts.flatMap((part) => part.back)) {
    const { operation } = back;
    const { id } = operation;
    const held = records.has(id) ? records.get(id) : found.read(operation);
    if (operation.op !== "restore" && (!held || !isAsLeft(held, back, found))) {
      left.push(operation);
      continue;
    }
    // What goes need not be put right before: it comes back as it was.
    if (operation.op === "delete") operations = operations.filter((one) => one.id !== id);
    operations = [...operations, { ...operation, ...guardOf(back, found) }];
    const applied = apply(held, operation, { at: "", by: null });
    if ("record" in applied) records.set(id, applied.record);
  }
  return { operations, left };
}

function isAsLeft(held: WireRecord, { operation, expects, holds }: Back, found: Found): boolean {
  if (operation.op === "set" && expects !== undefined)
    return sameValue(held.values[operation.field] ?? null, expects);
  if (operation.op !== "delete") return true;
  if (holds === undefined) return found.isMine(held);
  const fields = openFields(held, holds);
  return fields.every((field) => sameValue(held.values[field] ?? null, holds[field] ?? null));
}

/** The fields that people write. */
function openFields({ type, values }: WireRecord, holds: Values): readonly string[] {
  const names = new Set([...Object.keys(values), ...Object.keys(holds)]);
  return [...names].filter((name) => fieldMeta(type, name)?.readOnly !== true);
}

/** How many guards the server takes with one operation. */
const mostGuards = 10;

function guardOf({ operation, expects }: Back, found: Found): { readonly guard?: Guard | readonly Guard[] } {
  if (operation.op === "set")
    return expects === undefined ? {} : { guard: { field: operation.field, equals: expects } };
  const seen = found.read(operation);
  if (operation.op !== "delete" || !seen || seen.version === 0) return {};
  const version = found.settledVersion(operation);
  if (version !== undefined) return { guard: { version } };
  // My own changes raise the version on the way. What is still empty is where another would write.
  const guards = openFields(seen, {})
    .filter((field) => !["secret", "sealed"].includes(fieldMeta(seen.type, field)?.kind ?? ""))
    .map((field) => ({ field, equals: seen.values[field] ?? null }))
    .sort((a, b) => Number(a.equals !== null) - Number(b.equals !== null));
  return guards.length > 0 ? { guard: guards.slice(0, mostGuards) } : {};
}

/** The stack with what was done now, which continues its last step where it is about the same and soon after. */
export function pushed(
  steps: readonly UndoStep[],
  next: Pick<UndoStep, "id" | "at" | "parts">,
  stack: UndoStep["stack"],
  isAlone: boolean,
): UndoStep {
  const { id, at, parts } = next;
  const subject = [...new Set(parts.flatMap(({ back }) => back.map(({ operation }) => operation.id)))]
    .sort()
    .join();
  const last = steps.at(-1);
  if (!isAlone && last && last.subject === subject && at - last.at <= batchedFor)
    return { ...last, at, parts: [...parts, ...last.parts] };
  return { id, stack, at, subject, parts };
}

/** What changes in the stacks when the server has composed something: of itself, or in answer to a step. */
export function composed(
  steps: readonly UndoStep[],
  { id, at }: Pick<UndoStep, "id" | "at">,
  transactions: readonly string[],
  answered?: Answered,
): { readonly undo: readonly UndoStep[]; readonly undone: readonly string[] } {
  const stack = answered?.step.stack === "undo" ? "redo" : "undo";
  const rest = answered && answered.open.length > 0 ? [{ ...answered.step, server: answered.open }] : [];
  const made =
    transactions.length > 0 ? [{ id, stack, at, subject: id, parts: [], server: transactions } as const] : [];
  const gone = answered ? [answered.step.id] : idsOf(steps, "redo");
  return { undo: [...rest, ...made], undone: [...gone, ...outgrown(steps, stack, gone)] };
}

/** What is forgotten when one more is remembered. */
export function outgrown(
  steps: readonly UndoStep[],
  stack: UndoStep["stack"],
  gone: readonly string[],
): readonly string[] {
  const held = idsOf(steps, stack).filter((id) => !gone.includes(id));
  return held.slice(0, Math.max(0, held.length - mostSteps + 1));
}

/** The last step of a direction, or the one with that transaction in it. */
export function stepOf(
  steps: readonly UndoStep[],
  from: UndoStep["stack"],
  transaction?: string,
): UndoStep | undefined {
  return steps.findLast(
    ({ stack, parts, server }) =>
      stack === from &&
      (transaction === undefined ||
        server?.includes(transaction) ||
        parts.some((part) => part.transaction === transaction)),
  );
}

/** The steps of one direction. */
export function idsOf(steps: readonly UndoStep[], stack: UndoStep["stack"]): readonly string[] {
  return steps.filter((step) => step.stack === stack).map(({ id }) => id);
}
