import type { ScopeName } from "@/contract/contract";
import type { Noted } from "./notes";
import type { DeltaItem, DeltaRecord, RecordRef, WireRecord } from "./protocol";
import type { Entry, Following, Leading, Saved, Step, Store, StoreFailure } from "./store";
import type { DeadLetter } from "./types";
import type { UndoStep } from "./undo";

/** A change by someone else, which is shown for a moment and not kept. */
export type News = readonly [item: DeltaItem, record: DeltaRecord];

/** A step that stands, as other tabs are told of it; `null` where it is quicker to read than to tell. */
export interface Told {
  readonly number: number;
  readonly step: Step | null;
  readonly news: readonly News[];
  /** Whether it is told and not kept, and so has no number of its own. */
  readonly isPassing?: true;
}

/**
 * Why a leader must begin anew: there is no room, another tab leads, nothing could be written, or a tab that is gone wrote
 * what it told nobody.
 */
export type SetBack = "full" | "deposed" | "broken" | "behind";

export interface JournalListener {
  /** In place of all that is in memory, but for what this tab has not kept yet. */
  restore(saved: Saved): void;
  /** Another tab made this step. */
  apply(step: Step, told: Told): void;
  /** What pages that went have noted, and how to forget the notes when it is kept. */
  rescued(): Noted;
  /** The leader must tell what it knows of the scopes that are not kept. */
  lacking(): void;
  /** This tab made this step, and it stands. */
  tell(told: Told): void;
  /** The page must not go on with what is kept. */
  lost(reason: "wiped" | "outdated"): void;
  /** This tab leads no more: what is in memory is not what is kept. */
  setBack(reason: SetBack): void;
}

/** Beyond so many records the other tabs had better read. */
const mostTold = 2_000;
/** How long a step may be missing between two others before all is read anew. */
const longestHole = 1_000;
/** How long to leave a disk alone that could not be read or written. */
export const diskPause = 1_000;

/**
 * Joins what is in memory with what is kept. What the leader changes is gathered and written one step at a time, and
 * whatever follows from it is done when it stands; so a tab that dies at any moment has told nobody anything that is
 * forgotten. The steps of other tabs are applied in the order of their numbers.
 */
export class Journal {
  readonly #listener: JournalListener;
  readonly #after: (milliseconds: number, action: () => void) => () => void;
  #store: Store | null = null;
  /** Whether what is kept was read once. */
  #isRead = false;
  #leader: number | null = null;
  /** Grows whenever this tab begins or ends to lead, so that what is answered later is of another time. */
  #term = 0;
  #draft = new Draft();
  #writing = false;
  /** All steps up to here are in memory; those beyond the next one wait. Own ones are there already: `null`. */
  #applied = 0;
  /** The last step of which another tab knows; and one that was not there when it was looked for. */
  #known = 0;
  #unfounded = 0;
  readonly #waiting = new Map<number, Told | null>();
  #loading = false;
  #whenLoaded: (() => void)[] = [];
  /** Whether this tab has led since it last read, so that its memory may hold what was never kept, such as a number. */
  #isAhead = false;
  /** Whether the records lack what the leader tells without keeping it. */
  #isLacking = false;
  #holeWatched = false;
  #held: (() => void)[] = [];

  constructor(listener: JournalListener, after: (milliseconds: number, action: () => void) => () => void) {
    this.#listener = listener;
    this.#after = after;
  }

  get isLasting(): boolean {
    return this.#store?.lasting ?? false;
  }

  /** All steps up to here are in memory. */
  get at(): number {
    return this.#applied;
  }

  /** What the leader has changed since the last step, to be added to. */
  get draft(): Draft {
    return this.#draft;
  }

  /** Reads what is kept and goes on from there; what was written before waits until then. */
  open(store: Store, done: () => void): void {
    this.#store = store;
    this.#known = this.#unfounded = 0;
    this.#loading = false;
    this.#whenLoaded = [];
    this.#load(() => {
      const held = this.#held;
      this.#held = [];
      this.#isRead = true;
      for (const write of held) write();
      done();
    });
  }

  close(): void {
    this.unseat();
    this.#store?.close();
    this.#store = null;
    this.#isRead = false;
  }

  /** This tab leads from now on, and knows everything that was kept before, and what pages that went had only noted. */
  lead(done: (leader: number) => void): void {
    this.unseat();
    const term = this.#term;
    this.#store?.lead((leading) => {
      if (term !== this.#term) return;
      if ("failed" in leading) {
        this.#again(leading.failed, () => term === this.#term && this.lead(done));
        return;
      }
      const seat = (from: number) => {
        if (term !== this.#term) return;
        if (this.#loading || this.#isAhead || this.#applied < from) {
          this.#load(() => seat(from));
          return;
        }
        this.#leader = leading.leader;
        done(leading.leader);
      };
      const { entries, forget } = this.#listener.rescued();
      if (entries.length > 0) this.#rescue(entries, leading, forget, seat);
      else seat(leading.step);
    });
  }

  /** Only a leader does this, so that it is done once. Where it fails, the next one tries again. */
  #rescue(
    entries: Noted["entries"],
    { leader, step }: Leading,
    forget: () => void,
    done: (from: number) => void,
  ): void {
    this.#store?.write({ rescued: entries }, leader, (written) => {
      if ("step" in written) {
        forget();
        this.#listener.tell({ number: written.step, step: null, news: [] });
      }
      done("step" in written ? written.step : step);
    });
  }

  /** This tab leads no more: what it had not written will come from whoever leads now. */
  unseat(): void {
    this.#isAhead ||= this.#leader !== null;
    this.#term++;
    this.#leader = null;
    this.#draft = new Draft();
    this.#writing = false;
  }

  /** Writes what any tab may write, at once. */
  write(step: Step, done: (number: number | null, failed?: StoreFailure) => void): void {
    const store = this.#store;
    // What comes later must not overtake what was held.
    if (!store || !this.#isRead) {
      this.#held.push(() => this.write(step, done));
      return;
    }
    store.write(step, null, (written) => {
      if ("failed" in written) {
        const { failed } = written;
        if (failed === "wiped" || failed === "outdated") this.#listener.lost(failed);
        done(null, failed);
        return;
      }
      this.#listener.tell({ number: written.step, step, news: [] });
      this.#took(written.step);
      done(written.step);
    });
  }

  /** Writes what the leader has changed, or lets it wait for the step that is being written. */
  commit(): void {
    const [store, leader, term] = [this.#store, this.#leader, this.#term];
    if (!store || leader === null || this.#writing) return;
    const draft = this.#draft;
    const step = draft.step();
    if (step === null && !draft.isAwaited) return;
    this.#draft = new Draft();
    if (step === null) {
      if (draft.news.length > 0)
        this.#listener.tell({ number: this.#applied, step: {}, news: draft.news, isPassing: true });
      draft.done();
      this.commit();
      return;
    }
    this.#writing = true;
    store.write(step, leader, (written) => {
      if (term !== this.#term) {
        // It stands all the same, and the others are waiting for it.
        if ("step" in written) this.#listener.tell({ number: written.step, step: null, news: [] });
        return;
      }
      this.#writing = false;
      if ("failed" in written) {
        this.#fail(written.failed);
        return;
      }
      this.#listener.tell({
        number: written.step,
        step: draft.size > mostTold ? null : step,
        news: draft.news,
      });
      this.#took(written.step);
      draft.done();
      this.commit();
    });
  }

  /** Another tab tells of a step. */
  heard(told: Told): void {
    if (told.isPassing) {
      if (this.#leader !== null) return;
      // It holds where this tab is where the leader was when it said so.
      if (this.#loading || this.#waiting.size > 0 || told.number !== this.#applied) this.#isLacking = true;
      else if (told.step) this.#listener.apply(told.step, told);
      return;
    }
    if (told.number <= this.#applied) return;
    this.#waiting.set(told.number, told);
    if (!this.#loading) this.#advance();
  }

  /** Another tab knows every step up to this one. Whoever made the last of them may have died before telling of it. */
  knows(step: number): void {
    // A page may know steps of a disk that was wiped since.
    if (step <= this.#unfounded) return;
    this.#known = Math.max(this.#known, step);
    if (!this.#loading && this.#isMissing) this.#watchHole();
  }

  /** Tells the other tabs what is not kept. */
  pass(step: Step): void {
    this.#listener.tell({ number: this.#applied, step, news: [], isPassing: true });
  }

  /** Reads everything anew. */
  reload(done: () => void = () => {}): void {
    // What the leader has in hand would be lost under what is read; it lets go of it, and begins with what is kept.
    if (this.#leader !== null) {
      this.unseat();
      this.#listener.setBack("behind");
    } else this.#load(done);
  }

  #took(number: number): void {
    if (number <= this.#applied) return;
    this.#waiting.set(number, null);
    if (!this.#loading) this.#advance();
  }

  #advance(): void {
    for (;;) {
      const next = this.#waiting.get(this.#applied + 1);
      if (next === undefined) break;
      this.#waiting.delete(++this.#applied);
      if (next === null) continue;
      if (next.step === null) {
        this.#applied--;
        this.reload();
        return;
      }
      this.#listener.apply(next.step, next);
    }
    if (this.#waiting.size > 0) this.#watchHole();
    else if (this.#isLacking) {
      this.#isLacking = false;
      this.#listener.lacking();
    }
  }

  get #isMissing(): boolean {
    return this.#waiting.size > 0 || this.#known > this.#applied;
  }

  #watchHole(): void {
    if (this.#holeWatched) return;
    this.#holeWatched = true;
    const applied = this.#applied;
    this.#after(longestHole, () => {
      this.#holeWatched = false;
      if (!this.#isMissing || !this.#store) return;
      // Where it moved on meanwhile, the next hole gets its own time.
      if (this.#applied === applied) this.reload();
      else this.#watchHole();
    });
  }

  /** One reading at a time, or a late one would put the past in place of what a leader has done since. */
  #load(done: () => void): void {
    this.#whenLoaded.push(done);
    if (this.#loading) return;
    this.#loading = true;
    this.#read();
  }

  #read(): void {
    const [store, known] = [this.#store, this.#known];
    store?.load((saved) => {
      if (store !== this.#store) return;
      if ("failed" in saved) {
        this.#again(saved.failed, () => this.#read());
        return;
      }
      this.#loading = this.#isAhead = false;
      this.#applied = saved.step;
      if (known > this.#applied) [this.#unfounded, this.#known] = [known, this.#applied];
      for (const number of this.#waiting.keys()) if (number <= saved.step) this.#waiting.delete(number);
      this.#listener.restore(saved);
      this.#isLacking ||= saved.unkept.length > 0;
      this.#advance();
      const all = this.#whenLoaded;
      this.#whenLoaded = [];
      for (const done of all) done();
    });
  }

  /** Without what is kept there is nothing to go on from, so it is tried until it can be read. */
  #again(failure: StoreFailure, action: () => void): void {
    const store = this.#store;
    if (failure === "wiped" || failure === "outdated") this.#listener.lost(failure);
    else this.#after(diskPause, () => store === this.#store && action());
  }

  #fail(failure: StoreFailure): void {
    if (failure === "wiped" || failure === "outdated") this.#listener.lost(failure);
    else if (this.#leader !== null) {
      this.unseat();
      this.#listener.setBack(failure);
    }
  }
}

/** What the leader changed and has not written. */
export class Draft {
  readonly #records = new Map<string, WireRecord | RecordRef>();
  readonly #queue = new Map<string, { readonly entry: Entry; readonly left: boolean }>();
  readonly #letters = new Map<string, DeadLetter | null>();
  readonly #undo = new Map<string, UndoStep | null>();
  readonly #whole = new Set<ScopeName>();
  readonly #then: (() => void)[] = [];
  readonly news: News[] = [];
  #following: Following | null = null;

  /** Whether something happens when it stands, though there may be nothing to write. */
  get isAwaited(): boolean {
    return this.#then.length + this.news.length > 0;
  }

  get size(): number {
    return this.#records.size;
  }

  record(ref: RecordRef, record: WireRecord | undefined): void {
    this.#records.set(`${ref.type}/${ref.id}`, record ?? { type: ref.type, id: ref.id });
  }

  entry(entry: Entry): void {
    this.#queue.set(entry.id, { entry, left: false });
  }

  left(entry: Entry): void {
    this.#queue.set(entry.id, { entry, left: true });
  }

  letter(letter: DeadLetter): void {
    this.#letters.set(letter.id, letter);
  }

  /** There is nothing to ask any more. */
  discard(letter: string): void {
    this.#letters.set(letter, null);
  }

  /** What can still be undone of it; `null` where nothing can. */
  undo(id: string, step: UndoStep | null): void {
    this.#undo.set(id, step);
  }

  /** The step has every record of the scope. */
  whole(scope: ScopeName): void {
    this.#whole.add(scope);
  }

  follow(following: Following): void {
    this.#following = following;
  }

  /** What is to happen when all that was changed so far stands. */
  afterwards(action: () => void): void {
    this.#then.push(action);
  }

  done(): void {
    for (const action of this.#then) action();
  }

  /** `null` where there is nothing to write. */
  step(): Step | null {
    const [records, queue] = [[...this.#records.values()], [...this.#queue.values()]];
    const [undo, letters] = [[...this.#undo], [...this.#letters]];
    if (records.length + queue.length + undo.length + letters.length === 0 && !this.#following) return null;
    const step: { -readonly [K in keyof Step]: Step[K] } = {
      records: records.filter((record) => "version" in record),
      gone: records.filter((record) => !("version" in record)),
      entries: queue.filter(({ left }) => !left).map(({ entry }) => entry),
      left: queue.filter(({ left }) => left).map(({ entry }) => entry),
      letters: letters.flatMap(([, one]) => one ?? []),
      discarded: letters.flatMap(([id, one]) => (one ? [] : [id])),
      undo: undo.flatMap(([, one]) => one ?? []),
      undone: undo.flatMap(([id, one]) => (one ? [] : [id])),
      whole: [...this.#whole],
    };
    for (const name of Object.keys(step) as (keyof Step)[]) {
      if ((step[name] as readonly unknown[]).length === 0) delete step[name];
    }
    if (this.#following) step.following = this.#following;
    return step;
  }
}
