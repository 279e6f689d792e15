import { useCallback, useEffect, useState } from "react";
import { ApiError, api, type Invite, problemOf } from "@/engine/api";
import { useIsLive, useRecords } from "@/engine/react";
import type { Complaint } from "@/ui/record/validate";

const listeners = new Set<() => void>();

/** Tells all who show invites that there are others now. */
export function invitesChanged(): void {
  for (const listener of listeners) listener();
}

interface Invites {
  /** `null` while the server is asked. */
  readonly invites: readonly Invite[] | null;
  readonly problem: Complaint | null;
  readonly revoke: (id: string) => Promise<void>;
}

/**
 * The open invites. They are secrets of the server and not records, so they do not stream: they are asked for whenever
 * the members change, of whom one may have used an invite, whenever the connection is back, and after `invitesChanged`.
 *
 * @param isAsked false for who may not know them
 */
export function useInvites(workspace: string, isAsked = true): Invites {
  const [invites, setInvites] = useState<readonly Invite[] | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);

  const attempt = useCallback(async (work: () => Promise<void>) => {
    setProblem(await problemOf(work()));
  }, []);

  const reload = useCallback(
    () => attempt(async () => setInvites(await api.invites(workspace))),
    [attempt, workspace],
  );

  const members = useRecords("access.member");
  const live = useIsLive();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other members may mean other invites
  useEffect(() => {
    if (live && isAsked) void reload();
  }, [reload, live, isAsked, members]);
  useEffect(() => {
    if (!isAsked) return;
    const listener = () => void reload();
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [reload, isAsked]);

  return {
    invites,
    problem,
    revoke: (id) =>
      attempt(async () => {
        await api.revokeInvite(workspace, id).catch(unlessGone);
        invitesChanged();
      }),
  };
}

/** An invite that is used or revoked is what was wanted. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.problem.status !== 404) throw error;
}
