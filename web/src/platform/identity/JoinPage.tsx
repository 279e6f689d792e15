import { Loader } from "@mantine/core";
import { IconLinkOff } from "@tabler/icons-react";
import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api, type InvitePreview } from "@/engine/api";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { useProblemText } from "@/ui/feedback/problemText";
import type { Complaint } from "@/ui/record/validate";
import { AuthLayout } from "./AuthLayout";
import { JoinChoice } from "./JoinChoice";

type Looked =
  | { readonly state: "found"; readonly token: string; readonly invite: InvitePreview }
  | { readonly state: "refused"; readonly token: string; readonly problem: Complaint };

/** `null` until the server has answered for this token. */
function useInvite(token: string | undefined): Looked | null {
  const [looked, setLooked] = useState<Looked | null>(null);
  useEffect(() => {
    if (token === undefined) return;
    let wanted = true;
    api.lookAtInvite(token).then(
      (invite) => wanted && setLooked({ state: "found", token, invite }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setLooked({ state: "refused", token, problem: error.problem });
      },
    );
    return () => {
      wanted = false;
    };
  }, [token]);
  // Another link that is opened in this tab changes the address of the page and loads nothing.
  return looked?.token === token ? looked : null;
}

export function JoinPage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const token = useLocation({ select: ({ state }) => state.joinToken });
  const looked = useInvite(token);
  if (token === undefined) return <Refused>{t("join.incomplete")}</Refused>;
  if (looked === null) {
    return (
      <AuthLayout title={t("join.looking")}>
        <Loader mt="lg" aria-label={t("join.looking")} />
      </AuthLayout>
    );
  }
  if (looked.state === "refused") return <Refused>{problemText(looked.problem)}</Refused>;
  const { workspace, role, forOneAddress, invitedBy } = looked.invite;
  return (
    <AuthLayout
      title={t("join.invitedTo", { workspace: workspace.name })}
      lead={t("join.lead", { name: invitedBy, role: t(`roles.${role}.name`) })}
    >
      <JoinChoice key={token} token={token} workspace={workspace.id} forOneAddress={forOneAddress} />
    </AuthLayout>
  );
}

function Refused({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <AuthLayout title={t("join.title")}>
      <EmptyState icon={IconLinkOff} title={t("join.refused")}>
        {children}
      </EmptyState>
    </AuthLayout>
  );
}
