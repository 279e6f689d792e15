import { Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { AuthLayout } from "./AuthLayout";
import { JoinChoice } from "./JoinChoice";
import { LinkRefused } from "./LinkRefused";
import { useLinkToken } from "./linkToken";
import { useLooked } from "./useLooked";

export function JoinPage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const token = useLinkToken();
  const looked = useLooked(token, api.lookAtInvite);
  if (token !== undefined && looked === null) {
    return (
      <AuthLayout title={t("join.looking")}>
        <Loader mt="lg" aria-label={t("join.looking")} />
      </AuthLayout>
    );
  }
  if (token === undefined || looked?.state !== "found") {
    return (
      <LinkRefused title={t("join.title")} refused={t("join.refused")}>
        {looked?.state === "refused" ? problemText(looked.problem) : t("join.incomplete")}
      </LinkRefused>
    );
  }
  const { workspace, role, forOneAddress, invitedBy } = looked.found;
  return (
    <AuthLayout
      title={t("join.invitedTo", { workspace: workspace.name })}
      lead={t("join.lead", { name: invitedBy, role: t(`roles.${role}.name`) })}
    >
      <JoinChoice key={token} token={token} workspace={workspace.id} forOneAddress={forOneAddress} />
    </AuthLayout>
  );
}
