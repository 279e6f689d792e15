let leaving = false;

/** Leaving was decided, and nothing is to ask again. */
export function isLeaving(): boolean {
  return leaving;
}

/**
 * Goes to a new page, so that nothing of the person's stays in memory. The browser may keep the old one for its back
 * button (main.tsx then loads it anew): until that has happened it shows nothing.
 */
export function leaveFor(address: string): void {
  leaving = true;
  document.body.hidden = true;
  window.location.replace(address);
}
