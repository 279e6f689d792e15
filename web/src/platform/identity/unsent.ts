import { useEffect, useState } from "react";
import { waitingWork } from "@/engine/indexedStore";
import { useAccount } from "./session";

/** How many changes of a person, or of everybody, wait in this browser, in all workspaces but the one that is open. */
export async function unsentOf(user?: string, open?: string): Promise<number> {
  const work = await waitingWork();
  return work
    .filter((one) => (user === undefined || one.user === user) && one.workspace !== open)
    .reduce((sum, { count }) => sum + count, 0);
}

/** The same for whoever is signed in, read when it is asked for. */
export function useUnsentElsewhere(open: string, isAsked: boolean): number {
  const user = useAccount()?.user.id;
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (isAsked && user !== undefined) void unsentOf(user, open).then(setCount);
  }, [isAsked, user, open]);
  return count;
}
