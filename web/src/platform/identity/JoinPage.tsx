import { Loader } from "@mantine/core";
import { IconLinkOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api, type InvitePreview } from "@/engine/api";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { useProblemText } from "@/ui/feedback/problemText";
import type { Complaint } from "@/ui/record/validate";
import { AuthLayout } from "./AuthLayout";
import { JoinChoice } from "./JoinChoice";
import { takeJoinToken } from "./joinToken";

type Looked =
  | { readonly state: "looking" }
  | { readonly state: "found"; readonly token: string; readonly invite: InvitePreview }
  | { readonly state: "refused"; readonly problem: Complaint };

function useInvite(): Looked {
  const [looked, setLooked] = useState<Looked>({ state: "looking" });
  useEffect(() => {
    const token = takeJoinToken(window.location, window.history);
    if (token === null) return setLooked({ state: "refused", problem: { code: "invite.not_valid" } });
    let wanted = true;
    api.lookAtInvite(token).then(
      (invite) => wanted && setLooked({ state: "found", token, invite }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setLooked({ state: "refused", problem: error.problem });
      },
    );
    return () => {
      wanted = false;
    };
  }, []);
  return looked;
}

export function JoinPage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const looked = useInvite();
  if (looked.state === "looking") {
    return (
      <AuthLayout title={t("join.looking")}>
        <Loader mt="lg" aria-label={t("join.looking")} />
      </AuthLayout>
    );
  }
  if (looked.state === "refused") {
    return (
      <AuthLayout title={t("join.title")}>
        <EmptyState icon={IconLinkOff} title={t("join.refused")}>
          {problemText(looked.problem)}
        </EmptyState>
      </AuthLayout>
    );
  }
  const { workspace, role, invitedBy } = looked.invite;
  return (
    <AuthLayout
      title={t("join.invitedTo", { workspace: workspace.name })}
      lead={t("join.lead", { name: invitedBy, role: t(`roles.${role}.name`) })}
    >
      <JoinChoice token={looked.token} workspace={workspace.id} />
    </AuthLayout>
  );
}
