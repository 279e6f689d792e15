import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { api, type NewInvite } from "@/engine/api";
import { useEngine, useMe } from "@/engine/react";
import { Dialog } from "@/ui/feedback/Dialog";
import { complaintsOf, emailAddress } from "@/ui/forms/checks";
import { FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";
import { InviteLink } from "./InviteLink";
import { RoleRadios } from "./RoleRadios";
import { rolesFrom } from "./roles";
import { invitesChanged } from "./useInvites";

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function InviteDialog({ opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("invites.title")}>
      <InviteForm onClose={onClose} />
    </Dialog>
  );
}

function InviteForm({ onClose }: Pick<Props, "onClose">) {
  const { t } = useTranslation();
  const { workspace } = useEngine();
  const { me } = useMe();
  const [role, setRole] = useState<Role>("member");
  const [invite, setInvite] = useState<NewInvite | null>(null);
  const form = useForm({
    initial: { email: "" },
    check: ({ email }) => (email.trim() === "" ? [] : complaintsOf(emailAddress("email", email))),
    send: async ({ email }) => {
      const address = email.trim();
      setInvite(await api.createInvite(workspace, { role, ...(address !== "" && { email: address }) }));
      invitesChanged();
    },
  });

  if (invite !== null) return <InviteLink invite={invite} onDone={onClose} />;
  return (
    <FormFrame
      onSubmit={form.submit}
      onCancel={onClose}
      submit={t("invites.create")}
      busy={form.busy}
      trouble={form.trouble}
      quiet={form.isCounting}
    >
      <Text fz="md" c="dimmed">
        {t("invites.lead")}
      </Text>
      <TextInput
        label={t("invites.email")}
        description={t("invites.emailHint")}
        type="email"
        autoComplete="off"
        data-autofocus
        {...form.input("email")}
      />
      <RoleRadios label={t("invites.role")} roles={rolesFrom(me?.role)} value={role} onChange={setRole} />
    </FormFrame>
  );
}
