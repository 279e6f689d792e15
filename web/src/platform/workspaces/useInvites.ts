import { useCallback, useEffect, useState } from "react";
import { ApiError, api, type Invite } from "@/engine/api";
import type { Complaint } from "@/ui/record/validate";

interface Invites {
  /** `null` while the server is asked. */
  readonly invites: readonly Invite[] | null;
  readonly problem: Complaint | null;
  readonly reload: () => Promise<void>;
  readonly revoke: (id: string) => Promise<void>;
}

/** The open invites; they are secrets of the server and not records, so they are asked for and do not stream. */
export function useInvites(workspace: string): Invites {
  const [invites, setInvites] = useState<readonly Invite[] | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);

  const attempt = useCallback(async (work: () => Promise<void>) => {
    try {
      await work();
      setProblem(null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.problem);
    }
  }, []);

  const reload = useCallback(
    () => attempt(async () => setInvites(await api.invites(workspace))),
    [attempt, workspace],
  );

  useEffect(() => void reload(), [reload]);

  return {
    invites,
    problem,
    reload,
    revoke: (id) =>
      attempt(async () => {
        await api.revokeInvite(workspace, id);
        setInvites((before) => before?.filter((invite) => invite.id !== id) ?? null);
      }),
  };
}
