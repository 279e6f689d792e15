import { Anchor } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/engine/api";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { useProblemText } from "@/ui/feedback/problemText";
import type { Complaint } from "@/ui/record/validate";
import { leaveFor } from "./leave";
import { signOut, useAccount } from "./session";
import { unsentOf } from "./unsent";

/** Who is signed in, and the way out, for the pages that have no menu. */
export function SignOutLink() {
  const { t } = useTranslation();
  const account = useAccount();
  const problemText = useProblemText();
  const [problem, setProblem] = useState<Complaint | null>(null);
  /** Where it is not 0, the person is asked whether to lose so many. */
  const [unsent, setUnsent] = useState(0);

  async function ask(): Promise<void> {
    const count = account === null ? 0 : await unsentOf(account.user.id);
    if (count > 0) setUnsent(count);
    else await leave();
  }

  const leave = async () => setProblem(await problemOf(signOut().then(() => leaveFor("/"))));

  return (
    <>
      {t("identity.signedInAs", { email: account?.user.email ?? "" })}{" "}
      <Anchor component="button" type="button" inherit onClick={() => void ask()}>
        {t("actions.signOut")}
      </Anchor>
      {problem !== null && <span role="alert"> {problemText(problem)}</span>}
      <ConfirmDialog
        opened={unsent > 0}
        onClose={() => setUnsent(0)}
        title={t("signOut.title")}
        text={t("signOut.unsent", { count: unsent })}
        confirm={t("signOut.anyway")}
        onConfirm={() => void leave()}
      />
    </>
  );
}
