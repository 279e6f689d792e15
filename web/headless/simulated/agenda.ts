/** Whose code an action runs: a page, or the browser itself below all pages. */
export interface Owner {
  readonly name: string;
  /** Whether it does nothing for now: what comes to it waits. */
  readonly isHeld: boolean;
  /** Whether it never does anything again. */
  readonly isGone: boolean;
}

interface Lane {
  readonly owner: Owner;
  readonly actions: (() => void)[];
}

/** What can happen next. Within a lane it happens in order; which lane goes on is for the simulator to say. */
export class Agenda {
  readonly #lanes = new Map<string, Lane>();
  #turn: Owner | null = null;

  /** Whose turn it is: what it starts is its own. */
  get turn(): Owner | null {
    return this.#turn;
  }

  /** The lanes with something in them. */
  get possible(): readonly string[] {
    return [...this.#lanes].filter(([, { owner }]) => !owner.isHeld).map(([name]) => name);
  }

  add(owner: Owner, lane: string, action: () => void): void {
    if (owner.isGone) return;
    const name = `${owner.name}/${lane}`;
    const held = this.#lanes.get(name);
    if (held) held.actions.push(action);
    else this.#lanes.set(name, { owner, actions: [action] });
  }

  /** Lets the next thing of a lane happen. */
  one(name: string): void {
    const lane = this.#lanes.get(name);
    const action = lane?.actions.shift();
    if (!lane || !action) throw new Error(`Nothing is in the lane ${name}.`);
    if (lane.actions.length === 0) this.#lanes.delete(name);
    this.run(lane.owner, action);
  }

  /** It is the owner's turn, also for what follows in the same turn. */
  run<Answer>(owner: Owner, action: () => Answer): Answer {
    this.#turn = owner;
    return action();
  }

  forget(owner: Owner): void {
    for (const [name, lane] of this.#lanes) if (lane.owner === owner) this.#lanes.delete(name);
  }
}
