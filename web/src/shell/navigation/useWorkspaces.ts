import { useNavigate } from "@tanstack/react-router";
import type { Membership } from "@/engine/api";
import { useEngine, useMe, useRecord } from "@/engine/react";
import { useAccount } from "@/platform/identity/session";

interface Workspaces {
  /** What the open one is called. */
  readonly name: string;
  readonly all: readonly Membership[];
  readonly open: (id: string) => void;
}

/** Where I belong, the open one as its record says it now, and the way to each. */
export function useWorkspaces(): Workspaces {
  const navigate = useNavigate();
  const account = useAccount();
  const { workspace } = useEngine();
  const { me } = useMe();
  const here = useRecord("access.workspace", workspace);
  const known = account?.workspaces ?? [];
  return {
    name: here?.values.name ?? known.find(({ id }) => id === workspace)?.name ?? "",
    all: known.map((one) =>
      one.id === workspace
        ? { ...one, name: here?.values.name ?? one.name, role: me?.role ?? one.role }
        : one,
    ),
    open: (id) => void navigate({ to: "/w/$workspaceId", params: { workspaceId: id } }),
  };
}
