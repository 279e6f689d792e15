import type { Account, Membership } from "@/engine/api";
import { keep, kept } from "@/ui/kept";

const storageKey = "holdfast.workspace";

export function rememberWorkspace(id: string): void {
  keep(storageKey, id);
}

/** The workspace that was used last, as long as the person still belongs to it; else the first. */
export function homeWorkspace(account: Account): Membership | undefined {
  const last = kept(storageKey);
  return account.workspaces.find((workspace) => workspace.id === last) ?? account.workspaces[0];
}
