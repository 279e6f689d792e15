import type { Environment } from "./environment";
import type { DeltaItem, DeltaRecord, RecordRef } from "./protocol";
import type { RecentChange } from "./types";

const shownFor = 4_000;

/** Which fields others have just changed, so that a screen can mark them quietly for a moment. */
export class RecentChanges {
  /** By record and field; the field "" stands for the record as a whole. Oldest first. */
  readonly #marks = new Map<string, { readonly change: RecentChange; readonly until: number }>();
  readonly #environment: Environment;
  readonly #expired: () => void;
  #sweeping = false;

  constructor(environment: Environment, expired: () => void) {
    this.#environment = environment;
    this.#expired = expired;
  }

  add(item: DeltaItem, record: DeltaRecord): void {
    const kind = "deleted" in record ? "deleted" : "leave" in record ? "gone" : "changed";
    const change: RecentChange = { kind, by: item.actor, at: item.at };
    const until = this.#environment.now() + shownFor;
    const fields = "set" in record ? Object.keys(record.set) : [];
    for (const field of ["", ...fields]) {
      const key = keyOf(record, field);
      this.#marks.delete(key);
      this.#marks.set(key, { change, until });
    }
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#environment.after(shownFor, () => this.#sweep());
  }

  /** I wrote these fields myself. The record keeps its mark for what others wrote into other fields of it. */
  end(record: RecordRef, fields: readonly string[]): void {
    for (const field of fields) this.#marks.delete(keyOf(record, field));
    const rest = [...this.#marks.keys()].filter((key) => key.startsWith(keyOf(record, "")));
    if (rest.length === 1) this.#marks.delete(keyOf(record, ""));
  }

  get(record: RecordRef, field = ""): RecentChange | null {
    return this.#marks.get(keyOf(record, field))?.change ?? null;
  }

  #sweep(): void {
    this.#sweeping = false;
    const now = this.#environment.now();
    for (const [key, { until }] of this.#marks) {
      if (until > now) {
        this.#sweeping = true;
        this.#environment.after(until - now, () => this.#sweep());
        break;
      }
      this.#marks.delete(key);
    }
    this.#expired();
  }
}

function keyOf({ type, id }: RecordRef, field: string): string {
  return `${type}/${id}/${field}`;
}
