const name = "holdfast.keep-nothing";

/** Whether the person said that others use this browser too, so that nothing is to be kept in it. */
export function isShared(): boolean {
  return localStorage.getItem(name) !== null;
}

export function setShared(shared: boolean): void {
  if (shared) localStorage.setItem(name, "yes");
  else localStorage.removeItem(name);
}
