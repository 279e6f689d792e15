import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { ApiError, api, type NewInvite } from "@/engine/api";
import { useMe } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import type { Complaint } from "@/ui/record/validate";
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
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("invites.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <InviteForm workspace={workspace} onClose={onClose} onCreated={onCreated} />
    </Modal>
  );
}

function InviteForm({ workspace, onClose, onCreated }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { me } = useMe();
  const [role, setRole] = useState<Role>("member");
  const [invite, setInvite] = useState<NewInvite | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);
  const [busy, setBusy] = useState(false);

  async function create(): Promise<void> {
    setBusy(true);
    try {
      setInvite(await api.createInvite(workspace, { role }));
      setProblem(null);
      onCreated();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  }

  if (invite !== null) return <InviteLink invite={invite} onDone={onClose} />;
  return (
    <Stack gap="md">
      <Text fz="md" c="dimmed">
        {t("invites.lead")}
      </Text>
      <Trouble text={problem && problemText(problem)} />
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
        <Button loading={busy} onClick={() => void create()}>
          {t("invites.create")}
        </Button>
      </Group>
    </Stack>
  );
}
