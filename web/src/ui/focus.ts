/** Whether the focus went to an input since `before` had it: who writes there goes on writing. */
export function hasBegunToWrite(before: Element | null): boolean {
  const now = document.activeElement;
  return now !== before && now?.matches("input, textarea") === true;
}

/**
 * Puts the focus on what the selector finds, once it is drawn: what is put elsewhere in the document loses the focus, and a
 * long list draws only what is in sight.
 */
export function focusOnceDrawn(selector: string, frames = 10, before = document.activeElement): void {
  requestAnimationFrame(() => {
    if (hasBegunToWrite(before)) return;
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) found.focus();
    else if (frames > 0) focusOnceDrawn(selector, frames - 1, before);
  });
}
