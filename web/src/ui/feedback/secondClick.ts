const doubleClickMs = 500;
const doubleClickPixels = 8;

const presses = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick"] as const;

let last: { readonly x: number; readonly y: number } | null = null;

if (typeof window !== "undefined") {
  window.addEventListener(
    "click",
    ({ clientX: x, clientY: y }) => {
      last = { x, y };
    },
    true,
  );
}

/**
 * For what a click has done for good, and what leaves the screen with it: the second half of a double click must not
 * fall upon whatever lies below. A press elsewhere is meant, and so is everything after it.
 */
export function swallowSecondClick(): void {
  const place = last;
  if (place === null) return;
  const over = new AbortController();

  function swallow(event: MouseEvent): void {
    // A key that presses a button makes a click as well, of no place.
    if (place === null || (event.type === "click" && event.detail === 0)) return;
    const away = Math.max(Math.abs(event.clientX - place.x), Math.abs(event.clientY - place.y));
    if (away > doubleClickPixels) {
      over.abort();
    } else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  for (const press of presses)
    window.addEventListener(press, swallow, { capture: true, signal: over.signal });
  setTimeout(() => over.abort(), doubleClickMs);
}
