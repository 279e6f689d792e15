const name = "holdfast.sign-out";

/** Whether someone signed out here without a network, so that the session still stands on the server. */
export function isSignOutOwed(): boolean {
  return localStorage.getItem(name) !== null;
}

export function oweSignOut(owed: boolean): void {
  if (owed) localStorage.setItem(name, "owed");
  else localStorage.removeItem(name);
}
