import { inverse } from "./inverse";
import { fieldMeta, typeMeta } from "./metadata";
import { apply, type Stamp } from "./operations";
import type { Operation, RecordRef, Value, WireRecord } from "./protocol";
import type { Undone } from "./types";
import { sameValue } from "./values";

/** One operation that takes one back, and what must still be so for that. */
export interface Back {
  readonly operation: Operation;
  /** Where the field holds something else by now, another has changed it since, and it is left alone. */
  readonly expects?: Value;
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
    back.unshift(...inverted.map((one) => ({ operation: one, ...expected(one, applied.record) })));
  }
  return back;
}

/** A number that is taken back by adding, and an item by its name, meet whatever others did. */
function expected(back: Operation, now: WireRecord | undefined): { readonly expects?: Value } {
  return back.op === "set" ? { expects: now?.values[back.field] ?? null } : {};
}

/** What of it can still be done, with guards for what may happen on the way to the server. */
export function possible(
  step: UndoStep,
  read: (record: RecordRef) => WireRecord | undefined,
  isMine: (record: WireRecord) => boolean,
): Undone {
  const [operations, left]: [Operation[], Operation[]] = [[], []];
  const values = new Map<string, Value>();
  for (const { operation, expects } of step.parts.flatMap(({ back }) => back)) {
    const held = read(operation);
    const key = "field" in operation ? `${operation.id}/${operation.field}` : operation.id;
    if (operation.op === "restore") operations.push(operation);
    else if (!held) left.push(operation);
    else if (operation.op === "delete")
      // What another wrote into it would go with it.
      (isMine(held) ? operations : left).push(operation);
    else if (operation.op !== "set" || expects === undefined) operations.push(operation);
    else {
      const now = values.has(key) ? values.get(key) : held.values[operation.field];
      if (!sameValue(now ?? null, expects)) left.push(operation);
      else {
        values.set(key, operation.value);
        operations.push({ ...operation, guard: { field: operation.field, equals: expects } });
      }
    }
  }
  return { operations, left };
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

/** The steps of one direction. */
export function idsOf(steps: readonly UndoStep[], stack: UndoStep["stack"]): readonly string[] {
  return steps.filter((step) => step.stack === stack).map(({ id }) => id);
}
