/** Whether the focus went to an input since `before` had it: who writes there goes on writing. */
export function hasBegunToWrite(before: Element | null): boolean {
  const now = document.activeElement;
  return now !== before && now?.matches("input, textarea") === true;
}

/**
 * Puts the focus on what the selector finds: at once, as the next key may come before the next frame; and once it is drawn, for
 * what is put elsewhere in the document loses the focus, and a long list draws only what is in sight.
 */
export function focusOnceDrawn(selector: string): void {
  const before = document.activeElement;
  document.querySelector<HTMLElement>(selector)?.focus();
  focusNextFrame(selector, before, 10);
}

function focusNextFrame(selector: string, before: Element | null, frames: number): void {
  requestAnimationFrame(() => {
    if (hasBegunToWrite(before)) return;
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) found.focus();
    else if (frames > 0) focusNextFrame(selector, before, frames - 1);
  });
}
