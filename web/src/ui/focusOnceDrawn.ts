/**
 * Puts the focus on what the selector finds, once it is drawn: what is put elsewhere in the document loses the focus, and a
 * long list draws only what is in sight.
 */
export function focusOnceDrawn(selector: string, frames = 10): void {
  requestAnimationFrame(() => {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) found.focus();
    else if (frames > 0) focusOnceDrawn(selector, frames - 1);
  });
}
