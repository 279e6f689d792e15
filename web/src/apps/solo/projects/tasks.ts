import type { SoloProject } from "@/contract/contract";
import { draws, keyBetween } from "@/engine/orderKey";
import type { View } from "@/engine/types";

export type Task = View<"solo.task">;

/** Whether a project that stands so can have more to do. */
export function takesTasks(state: SoloProject["state"]): boolean {
  return state === "draft" || state === "active";
}

/** By their keys, character by character; of two in the same place the id decides. */
export function byOrder(one: Task, other: Task): number {
  const [first, second] = [one.values.order, other.values.order];
  if (first !== second) return first < second ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/**
 * A key for the place before the task of that index; behind all of them where there is none.
 * @param tasks In their order, without the one that is moved.
 */
export function keyAt(tasks: readonly Task[], index: number, random: () => number = Math.random): string {
  const after = tasks[index - 1]?.values.order ?? null;
  // Several may share a place; behind one of them is behind all of them.
  const before = tasks.slice(index).find(({ values }) => after === null || values.order > after);
  return keyBetween(after, before?.values.order ?? null, Math.floor(random() * draws));
}
