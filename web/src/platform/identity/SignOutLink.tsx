import { Anchor } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import type { Complaint } from "@/ui/record/validate";
import { leaveFor } from "./leave";
import { signOut, useAccount } from "./session";

/** Who is signed in, and the way out, for the pages that have no menu. */
export function SignOutLink() {
  const { t } = useTranslation();
  const account = useAccount();
  const problemText = useProblemText();
  const [problem, setProblem] = useState<Complaint | null>(null);

  async function leave(): Promise<void> {
    try {
      await signOut();
      leaveFor("/");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.problem);
    }
  }

  return (
    <>
      {t("identity.signedInAs", { email: account?.user.email ?? "" })}{" "}
      <Anchor component="button" type="button" inherit onClick={() => void leave()}>
        {t("actions.signOut")}
      </Anchor>
      {problem !== null && <span role="alert"> {problemText(problem)}</span>}
    </>
  );
}
