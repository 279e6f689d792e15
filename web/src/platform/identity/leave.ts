/**
 * Goes to a new page, so that nothing of the person's stays in memory. The browser may keep the old one for its back
 * button (main.tsx then loads it anew): until that has happened it shows nothing.
 */
export function leaveFor(address: string): void {
  document.body.hidden = true;
  window.location.replace(address);
}
