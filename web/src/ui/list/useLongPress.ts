import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

/** As long as phones take for it. */
const longEnough = 450;
/** Who moves further than this scrolls. */
const still = 10;

interface Handlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly onClickCapture: (event: MouseEvent) => void;
}

/** A finger that rests on what is marked with `data-row` presses it; what it would do by a tap it then does not. */
export function useLongPress(onPress: (id: string) => void): Handlers {
  const timer = useRef<number | undefined>(undefined);
  const began = useRef({ x: 0, y: 0 });
  const isTouch = useRef(false);
  const pressed = useRef(false);
  const end = () => window.clearTimeout(timer.current);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return {
    onPointerDown(event) {
      end();
      isTouch.current = event.pointerType === "touch";
      pressed.current = false;
      const id = (event.target as HTMLElement).closest<HTMLElement>("[data-row]")?.dataset.row;
      if (!isTouch.current || id === undefined) return;
      began.current = { x: event.clientX, y: event.clientY };
      timer.current = window.setTimeout(() => {
        pressed.current = true;
        onPress(id);
      }, longEnough);
    },
    onPointerMove({ clientX, clientY }) {
      if (Math.hypot(clientX - began.current.x, clientY - began.current.y) > still) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    // The link below would offer to be opened elsewhere.
    onContextMenu: (event) => isTouch.current && event.preventDefault(),
    onClickCapture(event) {
      if (!pressed.current) return;
      pressed.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
