import type { Drag } from "./useDrag";

/** How an item takes part in a drag. */
export interface Part {
  /** It is what is dragged. */
  readonly held: boolean;
  /** What is dragged would land before it, or behind it as the last. */
  readonly dropBefore: boolean;
  readonly dropAfter: boolean;
}

/**
 * How the items of a list take part in a drag.
 * @param ids of all that the list shows, in its order
 */
export function partsIn(drag: Drag | null, list: string, ids: readonly string[]): (id: string) => Part {
  const over = drag?.over?.list === list ? drag.over : null;
  const others = ids.filter((id) => id !== drag?.id);
  const before = over === null ? undefined : others[over.index];
  const after = over?.index === others.length ? others.at(-1) : undefined;
  return (id) => ({ held: id === drag?.id, dropBefore: id === before, dropAfter: id === after });
}
