import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byOrder, keyAt, type Task } from "./tasks";

const task = (id: string, order: string) => ({ id, values: { order } }) as unknown as Task;

describe("the order of tasks", () => {
  it("is by key, then by id", () => {
    const tasks = [task("3", "b"), task("2", "a"), task("1", "b")].toSorted(byOrder);
    expect(tasks.map(({ id }) => id)).toEqual(["2", "1", "3"]);
  });

  it("puts what is moved just where it was put, wherever that is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.float({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (places, chance) => {
          let tasks: readonly Task[] = [];
          for (const [id, place] of places.entries()) {
            const index = place % (tasks.length + 1);
            const added = task(
              String(id),
              keyAt(tasks, index, () => chance),
            );
            tasks = [...tasks, added].toSorted(byOrder);
            expect(tasks.indexOf(added)).toBe(index);
          }
        },
      ),
    );
  });

  it("finds a place where two share one", () => {
    const tasks = [task("1", "b"), task("2", "b"), task("3", "c")];
    const key = keyAt(tasks, 1);
    expect(key > "b" && key < "c").toBe(true);
  });
});
