import type { Step, Store } from "@/engine/store";

/**
 * A mechanism that is taken away in the world around the engine, to see that it is missed:
 *
 * - `numbers`: a number is sent before it is kept
 * - `atomic`: how far the records follow the log is kept before them
 * - `lastWords`: nothing is noted when a page goes
 * - `telling`: tabs do not hear each other
 */
export type Spoil = "numbers" | "atomic" | "lastWords" | "telling";

export function spoiled(store: Store, spoil: Spoil | null): Store {
  switch (spoil) {
    case "numbers":
      return { ...bound(store), write: (step, leader, done) => store.write(unnumbered(step), leader, done) };
    case "atomic":
      return {
        ...bound(store),
        write: ({ following, ...rest }, leader, done) => {
          if (!following) store.write(rest, leader, done);
          else
            store.write({ following }, leader, (written) =>
              "failed" in written ? done(written) : store.write(rest, leader, done),
            );
        },
      };
    default:
      return store;
  }
}

function bound(store: Store): Store {
  return {
    lasting: store.lasting,
    load: (done) => store.load(done),
    write: (step, leader, done) => store.write(step, leader, done),
    lead: (done) => store.lead(done),
    close: () => store.close(),
  };
}

function unnumbered({ entries = [], ...step }: Step): Step {
  return {
    ...step,
    entries: entries.map((entry) => (entry.seq === null ? { ...entry, mutation: null } : entry)),
  };
}
