import { Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { api, type NewInvite } from "@/engine/api";
import { useMe } from "@/engine/react";
import { Dialog } from "@/ui/feedback/Dialog";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { InviteLink } from "./InviteLink";
import { rolesFrom } from "./roles";

interface Props {
  readonly workspace: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

export function InviteDialog({ workspace, opened, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("invites.title")}>
      <InviteForm workspace={workspace} onClose={onClose} onCreated={onCreated} />
    </Dialog>
  );
}

function InviteForm({ workspace, onClose, onCreated }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const { me } = useMe();
  const [role, setRole] = useState<Role>("member");
  const [invite, setInvite] = useState<NewInvite | null>(null);
  const form = useForm({
    initial: { email: "" },
    check: ({ email }) => (email.trim() === "" ? [] : complaintsOf(emailAddress("email", email))),
    send: async ({ email }) => {
      const address = email.trim();
      setInvite(await api.createInvite(workspace, { role, ...(address !== "" && { email: address }) }));
      onCreated();
    },
  });

  if (invite !== null) return <InviteLink invite={invite} onDone={onClose} />;
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack gap="md">
        <Text fz="md" c="dimmed">
          {t("invites.lead")}
        </Text>
        <Trouble text={form.trouble} />
        <TextInput
          label={t("invites.email")}
          description={t("invites.emailHint")}
          type="email"
          autoComplete="off"
          data-autofocus
          {...form.input("email")}
        />
        <Radio.Group label={t("invites.role")} value={role} onChange={(value) => setRole(value as Role)}>
          <Stack gap="sm" mt="xs">
            {rolesFrom(me?.role).map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`roles.${each}.name`)}
                description={t(`roles.${each}.may`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={form.busy}>
            {t("invites.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
