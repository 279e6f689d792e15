import { Anchor } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/engine/api";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { useProblemText } from "@/ui/feedback/problemText";
import type { Complaint } from "@/ui/record/validate";
import { leaveFor } from "./leave";
import { signOut, useAccount } from "./session";
import { isLoss, lossOf, noLoss, unsentOf, useLossText } from "./unsent";

/** Who is signed in, and the way out, for the pages that have no menu. */
export function SignOutLine() {
  const { t } = useTranslation();
  const account = useAccount();
  return (
    <>
      {t("identity.signedInAs", { email: account?.user.email ?? "" })} <SignOutLink />
    </>
  );
}

/** The way out alone. It asks where something would be lost. */
export function SignOutLink() {
  const { t } = useTranslation();
  const account = useAccount();
  const problemText = useProblemText();
  const [problem, setProblem] = useState<Complaint | null>(null);
  /** Where it is one, the person is asked about it. */
  const [loss, setLoss] = useState(noLoss);
  const lossText = useLossText();

  async function ask(): Promise<void> {
    const found = account === null ? noLoss : lossOf(await unsentOf(account.user.id));
    if (isLoss(found)) setLoss(found);
    else await leave();
  }

  const leave = async () => setProblem(await problemOf(signOut().then(() => leaveFor("/"))));

  return (
    <>
      <Anchor component="button" type="button" inherit onClick={() => void ask()}>
        {t("actions.signOut")}
      </Anchor>
      {problem !== null && <span role="alert"> {problemText(problem)}</span>}
      <ConfirmDialog
        opened={isLoss(loss)}
        onClose={() => setLoss(noLoss)}
        title={t("signOut.title")}
        text={lossText(loss)}
        confirm={t("signOut.anyway")}
        onConfirm={() => void leave()}
      />
    </>
  );
}
