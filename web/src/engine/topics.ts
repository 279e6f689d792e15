import type { Topic } from "./types";

/** Collects what changed while a frame or a call is worked on, and tells each listener once, when all of it is done. */
export class Topics {
  readonly #listeners = new Map<Topic, Set<() => void>>();
  readonly #changed = new Set<Topic>();
  #depth = 0;

  subscribe(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  changed(...topics: Topic[]): void {
    for (const topic of topics) this.#changed.add(topic);
  }

  allChanged(): void {
    this.changed(...this.#listeners.keys());
  }

  /** A listener may read the engine and even write to it, so nobody is told in the middle of a change. */
  batch<Answer>(work: () => Answer): Answer {
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#tell();
    }
  }

  #tell(): void {
    const topics = [...this.#changed];
    this.#changed.clear();
    const listeners = new Set(topics.flatMap((topic) => [...(this.#listeners.get(topic) ?? [])]));
    for (const listener of listeners) listener();
  }
}
