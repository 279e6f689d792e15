import { IconMail } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe, useStatus } from "@/engine/react";
import { defineNeeds } from "@/ui/home/needs";
import { useFormats } from "@/ui/language/formats";
import { useInvites } from "../workspaces/useInvites";

/** Whom I invited and who has not come yet. Only the server knows, so without it that is said instead. */
export const openInvites = defineNeeds({
  id: "platform.invites",
  useNeeds() {
    const { t } = useTranslation();
    const { ago } = useFormats();
    const { workspace } = useEngine();
    const { can } = useMe();
    const isOffline = useStatus(({ connection }) => connection === "offline");
    const mayInvite = can("access.member.invite");
    const { invites } = useInvites(workspace, mayInvite);
    if (!mayInvite) return [];
    const common = { icon: IconMail, to: `/w/${workspace}/people` };
    if (invites === null && isOffline)
      return [
        {
          ...common,
          id: "invites",
          name: t("invites.open"),
          detail: t("record.needsConnection"),
          sign: t("status.offline.label"),
          tone: "grey",
        } as const,
      ];
    return (invites ?? []).map(
      (invite) =>
        ({
          ...common,
          id: invite.id,
          name: invite.email ?? t("invites.anyone"),
          detail: t("home.needs.invited", { ago: ago(invite.createdAt) }),
          sign: t("home.needs.waiting"),
          tone: "grey",
        }) as const,
    );
  },
});
