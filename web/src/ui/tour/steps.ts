import type { Icon } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";

/** One thing that the tour points at. */
export interface TourStep {
  /** Kept in people's homes: how far they came. */
  readonly id: string;
  readonly icon: Icon;
  readonly title: ParseKeys;
  readonly text: ParseKeys;
  /** What is pointed at is marked with `data-tour` and this. */
  readonly at: string;
}

/** At which step someone stands; a step that there is no more, or none, is the first. */
export function stepAt(steps: readonly TourStep[], id: string | null | undefined): number {
  return Math.max(
    steps.findIndex((step) => step.id === id),
    0,
  );
}

/** What is kept when the tour is asked for: one that was put away goes on, one that is done begins anew. */
export function begun(tour: "open" | "away" | "done" | null): {
  readonly tour: "open";
  readonly tourStep?: null;
} {
  return tour === "away" ? { tour: "open" } : { tour: "open", tourStep: null };
}
