import type { Environment } from "./environment";
import type { FreshEntry } from "./queue";

/** What pages that went have noted, and how to forget it when it is kept. */
export interface Noted {
  readonly entries: readonly FreshEntry[];
  forget(): void;
}

export const nothingNoted: Noted = { entries: [], forget() {} };

/** What was done in the last moment of a page, which cannot wait for the disk: each page has a note of its own. */
export class Notes {
  readonly #environment: Environment;
  readonly #beginning: string;
  #own: string | null = null;

  /** @param store the name of what is kept of the same work */
  constructor(environment: Environment, store: string) {
    this.#environment = environment;
    this.#beginning = `${store}:`;
  }

  put(entries: readonly FreshEntry[]): void {
    this.#own ??= `${this.#beginning}${this.#environment.newId()}`;
    this.#environment.note(this.#own, JSON.stringify(entries));
  }

  /** What this page noted is kept after all. */
  forgetOwn(): void {
    if (this.#own) this.#environment.note(this.#own, null);
  }

  take(): Noted {
    const notes = this.#environment.notes(this.#beginning);
    return {
      entries: [...notes.values()].flatMap((text): readonly FreshEntry[] => JSON.parse(text)),
      forget: () => {
        for (const name of notes.keys()) this.#environment.note(name, null);
      },
    };
  }
}
