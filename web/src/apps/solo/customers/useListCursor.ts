import { type RefObject, useState } from "react";
import type { RowScroller } from "./CustomerRows";
import type { Customer } from "./listing";

interface Options {
  readonly customers: readonly Customer[];
  readonly openId: string | undefined;
  readonly scroller: RefObject<RowScroller | null>;
  readonly open: (id: string, replace: boolean) => void;
}

interface ListCursor {
  readonly currentId: string | undefined;
  readonly move: (by: 1 | -1) => void;
  readonly openCurrent: () => void;
}

/** Which row the keyboard stands on. With a customer open beside the list, moving opens the next one. */
export function useListCursor({ customers, openId, scroller, open }: Options): ListCursor {
  const [marked, setMarked] = useState<string>();
  // Who closes a customer goes on from there.
  if (openId !== undefined && openId !== marked) setMarked(openId);
  const currentId = openId ?? marked;

  return {
    currentId,
    move(by) {
      const at = customers.findIndex((customer) => customer.id === currentId);
      const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), customers.length - 1);
      const id = customers[next]?.id;
      if (id === undefined) return;
      setMarked(id);
      scroller.current?.scrollToIndex(next);
      if (openId !== undefined) open(id, true);
      // The row may have to be drawn first, as only those in sight are.
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-row="${id}"]`)?.focus());
    },
    openCurrent() {
      if (currentId !== undefined && openId === undefined) open(currentId, false);
    },
  };
}
