import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from "react";
import { dropAt, ghostOf, scrollAlong } from "./dragging";

/** Where something would land: in which list, before which of the others in it. */
export interface Drop {
  readonly list: string;
  readonly index: number;
}

export interface Drag {
  readonly id: string;
  readonly over: Drop | null;
}

/** What is moved less than this was only clicked. */
const threshold = 5;

/**
 * Drags by pointer what is marked with `data-drag` (its id) into lists that are marked with `data-drop` (theirs). A finger
 * takes hold of a `data-handle` alone, as anywhere else it scrolls. The keyboard is the business of whoever draws the list.
 */
export function useDrag(onDrop: (id: string, drop: Drop) => void): {
  readonly drag: Drag | null;
  readonly begin: (event: ReactPointerEvent<HTMLElement>) => void;
} {
  const [drag, setDrag] = useState<Drag | null>(null);
  const latest = useRef(onDrop);
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => {
    latest.current = onDrop;
  });
  useEffect(() => () => stop.current?.(), []);

  function begin(event: ReactPointerEvent<HTMLElement>): void {
    const target = event.target as HTMLElement;
    const held = target.closest<HTMLElement>("[data-drag]");
    const onHandle = target.closest("[data-handle]") !== null;
    const isControl = target.closest("button, input, textarea, select, [role=menu]") !== null;
    if (held === null || event.button !== 0 || (!onHandle && (isControl || event.pointerType !== "mouse")))
      return;
    const id = held.dataset.drag ?? "";
    const { clientX: x, clientY: y } = event;
    const over = new AbortController();
    const listen = { signal: over.signal, capture: true };
    let ghost: ReturnType<typeof ghostOf> | null = null;
    let drop: Drop | null = null;

    function end(): void {
      over.abort();
      ghost?.remove();
      stop.current = null;
      setDrag(null);
    }

    function move(moved: PointerEvent): void {
      if (ghost === null && Math.hypot(moved.clientX - x, moved.clientY - y) < threshold) return;
      ghost ??= ghostOf(held as HTMLElement, x, y);
      moved.preventDefault();
      ghost.moveTo(moved.clientX, moved.clientY);
      const next = dropAt(moved.clientX, moved.clientY, id);
      scrollAlong(moved.clientX, moved.clientY);
      const isSame = next?.list === drop?.list && next?.index === drop?.index;
      drop = next;
      setDrag((before) => (before !== null && isSame ? before : { id, over: next }));
    }

    function release(): void {
      const [wasDragged, landed] = [ghost !== null, drop];
      end();
      if (!wasDragged) return;
      // The release would click what lies below, and follow a link.
      const swallow = (click: Event) => {
        click.preventDefault();
        click.stopPropagation();
      };
      window.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", swallow, true));
      if (landed !== null) latest.current(id, landed);
    }

    window.addEventListener("pointermove", move, listen);
    window.addEventListener("pointerup", release, listen);
    window.addEventListener("pointercancel", end, listen);
    window.addEventListener("dragstart", (start) => start.preventDefault(), listen);
    window.addEventListener(
      "keydown",
      (key) => {
        if (key.key !== "Escape" || ghost === null) return;
        key.preventDefault();
        key.stopPropagation();
        end();
      },
      listen,
    );
    stop.current = end;
  }

  return { drag, begin };
}
