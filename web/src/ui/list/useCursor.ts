import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { View } from "@/engine/types";
import { focusOnceDrawn } from "@/ui/focus";
import type { RowScroller } from "./ListRows";
import { extended, type Selection, toggled } from "./selection";

interface Options {
  readonly rows: readonly View[];
  readonly openId: string | undefined;
  readonly scroller: RefObject<RowScroller | null>;
  readonly open: (id: string, replace?: boolean) => void;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

interface Cursor {
  readonly currentId: string | undefined;
  readonly move: (by: number) => void;
  readonly openCurrent: () => void;
  readonly toggleCurrent: () => void;
  /** Moves, and takes what it passes into the selection. */
  readonly extend: (by: 1 | -1) => void;
  /** Brings a row into sight and gives it the focus. */
  readonly reveal: (id: string) => void;
}

const focusRow = (id: string) => focusOnceDrawn(`[data-row="${id}"] a`);

/** Which row the keyboard stands on. With a record open beside the list, moving opens the next one. */
export function useCursor({ rows, openId, scroller, open, selection, onSelect }: Options): Cursor {
  const [marked, setMarked] = useState<string>();
  // Who closes a record goes on from there.
  if (openId !== undefined && openId !== marked) setMarked(openId);
  const wanted = openId ?? marked;
  // What a filter hides is not where the keyboard stands.
  const at = wanted === undefined ? -1 : rows.findIndex(({ id }) => id === wanted);
  const currentId = at < 0 ? undefined : wanted;

  function move(by: number): string | undefined {
    const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1);
    const id = rows[next]?.id;
    if (id === undefined) return undefined;
    setMarked(id);
    scroller.current?.scrollToIndex(next);
    if (openId !== undefined) open(id, true);
    focusRow(id);
    return id;
  }

  // The page of a record holds on to it, and is not drawn anew with every row.
  const latest = useRef(rows);
  useEffect(() => {
    latest.current = rows;
  });
  const reveal = useCallback(
    (id: string) =>
      void requestAnimationFrame(() => {
        const place = latest.current.findIndex((row) => row.id === id);
        if (place >= 0) scroller.current?.scrollToIndex(place);
        focusRow(id);
      }),
    [scroller],
  );

  return {
    currentId,
    move: (by) => void move(by),
    openCurrent() {
      if (currentId !== undefined && openId === undefined) open(currentId);
    },
    toggleCurrent() {
      if (currentId !== undefined) onSelect(toggled(selection, currentId));
    },
    extend(by) {
      const id = move(by);
      if (id !== undefined) onSelect(extended(selection, rows, id, currentId));
    },
    reveal,
  };
}
