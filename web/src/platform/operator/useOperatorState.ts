import { createContext, useCallback, useContext, useEffect, useState } from "react";
import { problemOf } from "@/engine/api";
import type { Complaint } from "@/ui/record/validate";
import { useWhileSeen } from "@/ui/useWhileSeen";

const pauseMs = 2_000;

/** Takes what stands in the way of a part of the page, so that it is said once, however many parts it concerns. */
export const Troubles = createContext<(ask: unknown, problem: Complaint | null) => void>(() => undefined);

interface Asked<State> {
  /** What the server said last; `null` before it has. */
  readonly state: State | null;
  /** Whether it is still to answer for the first time. */
  readonly isWaiting: boolean;
  /** Does something on the server, and asks again at once. */
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}

/**
 * How a part of the server stands. It belongs to no workspace and is no record, so it does not stream: it is asked for
 * every two seconds while somebody looks.
 */
export function useOperatorState<State>(ask: () => Promise<State>): Asked<State> {
  const [state, setState] = useState<State | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);
  const say = useContext(Troubles);
  useEffect(() => say(ask, problem), [say, ask, problem]);
  useEffect(() => () => say(ask, null), [say, ask]);

  const attempt = useCallback(
    async (work?: () => Promise<unknown>) => {
      const asked = async () => {
        await work?.();
        setState(await ask());
      };
      setProblem(await problemOf(asked()));
    },
    [ask],
  );

  useWhileSeen(
    useCallback(() => void attempt(), [attempt]),
    pauseMs,
  );

  return { state, isWaiting: state === null && problem === null, act: attempt };
}
