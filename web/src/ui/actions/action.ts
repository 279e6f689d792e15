import type { Icon } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";

export type ActionSection = "record" | "list" | "go" | "people" | "view" | "account";

/**
 * Something that a person can do, said once. Buttons, menus, the palette, the keyboard and the help are all
 * drawn from it, so they can never disagree.
 */
export interface Action<Context> {
  readonly id: string;
  readonly label: ParseKeys;
  readonly icon: Icon;
  readonly section: ActionSection;
  /** `"n"`, `"mod+k"`, or a sequence such as `"g c"`. */
  readonly shortcut?: string;
  readonly danger?: boolean;
  /** Moves such as "next row" make sense on the keyboard, not in the palette. */
  readonly keyboardOnly?: boolean;
  /** Keys to which a control listens itself while it has the focus: the help names them, and nobody else hears of them. */
  readonly ofControl?: boolean;
  /** Whether it can be done here and now; where it cannot, nothing shows it. */
  readonly when?: (context: Context) => boolean;
  readonly run: (context: Context) => void;
}

/** An action with its context bound: what palette, help and keyboard work with. */
export interface OfferedAction extends Omit<Action<never>, "when" | "run"> {
  readonly run: () => void;
}

export function defineAction<Context>(action: Action<Context>): Action<Context> {
  return action;
}

export function isPossible<Context>(action: Action<Context>, context: Context): boolean {
  return action.when?.(context) ?? true;
}

/** Keys to which a control listens itself while it has the focus, so that the help knows them too. */
export function defineKeys<Context>(keys: Omit<Action<Context>, "run">): Action<Context> {
  return { ...keys, keyboardOnly: true, ofControl: true, run: () => undefined };
}
