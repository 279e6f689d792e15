import type { Account, Membership } from "@/engine/api";

const storageKey = "holdfast.workspace";

export function rememberWorkspace(id: string): void {
  try {
    localStorage.setItem(storageKey, id);
  } catch {
    // Storage can be forbidden; the first workspace then opens each time.
  }
}

/** The workspace that was used last, as long as the person still belongs to it; else the first. */
export function homeWorkspace(account: Account): Membership | undefined {
  let last: string | null = null;
  try {
    last = localStorage.getItem(storageKey);
  } catch {
    last = null;
  }
  return account.workspaces.find((workspace) => workspace.id === last) ?? account.workspaces[0];
}
