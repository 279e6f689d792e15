import type { KeyboardEvent } from "react";
import { focusOnceDrawn } from "@/ui/focus";

/** Where an arrow leads: so many cards down, or so many columns along the line of reading. */
export interface Way {
  readonly rows: number;
  readonly columns: number;
}

export function arrowOf({ key, currentTarget }: KeyboardEvent<HTMLElement>): Way | null {
  const forward = getComputedStyle(currentTarget).direction === "rtl" ? -1 : 1;
  switch (key) {
    case "ArrowUp":
      return { rows: -1, columns: 0 };
    case "ArrowDown":
      return { rows: 1, columns: 0 };
    case "ArrowLeft":
      return { rows: 0, columns: -forward };
    case "ArrowRight":
      return { rows: 0, columns: forward };
    default:
      return null;
  }
}

const cardsIn = (within: Element) => [...within.querySelectorAll<HTMLElement>("[data-drag]")];

/** The card that stands there, in the next column that has any; nothing at the edge. */
export function neighbourOf(card: HTMLElement, { rows, columns }: Way): string | undefined {
  const own = card.closest<HTMLElement>("[data-drop]");
  if (own === null) return undefined;
  const row = cardsIn(own).indexOf(card);
  if (rows !== 0) return cardsIn(own)[row + rows]?.dataset.drag;
  const all = [...(own.parentElement?.children ?? [])];
  const ahead = columns > 0 ? all.slice(all.indexOf(own) + 1) : all.slice(0, all.indexOf(own)).reverse();
  const cards = ahead.map(cardsIn).find(({ length }) => length > 0) ?? [];
  return cards[Math.min(row, cards.length - 1)]?.dataset.drag;
}

export function focusCard(id: string | undefined): void {
  if (id !== undefined) focusOnceDrawn(`[data-drag="${id}"] a`);
}
