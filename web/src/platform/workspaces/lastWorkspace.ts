import type { Account, Membership } from "@/engine/api";
import { prefixOf } from "@/engine/store";
import { keep, kept } from "@/ui/kept";

/** Under a name of the person's, which goes with all others when he signs out. */
const keyOf = (user: string) => `${prefixOf(user)}workspace`;

export function rememberWorkspace(user: string, id: string): void {
  keep(keyOf(user), id);
}

/** The workspace that was used last, as long as the person still belongs to it; else the first. */
export function homeWorkspace(account: Account): Membership | undefined {
  const last = kept(keyOf(account.user.id));
  return account.workspaces.find((workspace) => workspace.id === last) ?? account.workspaces[0];
}
