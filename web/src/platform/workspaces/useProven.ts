import { useState } from "react";
import { api, problemOf } from "@/engine/api";
import type { Complaint } from "@/ui/record/validate";

interface Proven {
  /** Why it could not be asked, such as without a connection. */
  readonly problem: Complaint | null;
  readonly busy: boolean;
  /** Asks for the password where it was not given lately, and then does it; a person who changes his mind is no fault. */
  readonly prove: (work: () => void) => Promise<void>;
}

/** For a change of a record that takes the password once more: it is sent when the page has gone on, so it cannot ask. */
export function useProven(): Proven {
  const [problem, setProblem] = useState<Complaint | null>(null);
  const [busy, setBusy] = useState(false);
  return {
    problem,
    busy,
    async prove(work) {
      setBusy(true);
      const refused = await problemOf(api.ensureProof());
      setBusy(false);
      setProblem(refused?.code === "auth.proof_required" ? null : refused);
      if (refused === null) work();
    },
  };
}
