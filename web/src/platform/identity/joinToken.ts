let token: string | null = null;

/**
 * Takes the token out of the address at once, so that it stays neither in the address bar nor in the history.
 * It is kept in memory alone: who reloads opens the link again.
 */
export function takeJoinToken(location: Location, history: History): string | null {
  const fragment = location.hash.replace(/^#/u, "");
  if (fragment !== "") {
    token = fragment;
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return token;
}

export function forgetJoinToken(): void {
  token = null;
}
