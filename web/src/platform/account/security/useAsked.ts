import { useCallback, useEffect, useState } from "react";
import { ApiError, problemOf } from "@/engine/api";
import type { Complaint } from "@/ui/record/validate";

interface Asked<Answer> {
  /** `null` while the server is asked. */
  readonly answer: Answer | null;
  readonly problem: Complaint | null;
  /** Does something on the server and asks anew. What is gone already is what was wanted; a person who changes his mind is no fault. */
  readonly act: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** What the server says of the account, asked when the section opens and after each change. */
export function useAsked<Answer>(ask: () => Promise<Answer>): Asked<Answer> {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);
  const reload = useCallback(async () => setProblem(await problemOf(ask().then(setAnswer))), [ask]);
  useEffect(() => void reload(), [reload]);
  return {
    answer,
    problem,
    async act(work) {
      const refused = await problemOf(work().catch(unlessGone));
      if (refused?.code === "auth.proof_required") return false;
      if (refused !== null) setProblem(refused);
      else await reload();
      return refused === null;
    },
  };
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.problem.status !== 404) throw error;
}
