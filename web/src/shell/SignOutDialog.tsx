import { Button, Group, Modal, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/engine/api";
import { useEngine, useStatus } from "@/engine/react";
import { leaveFor } from "@/platform/identity/leave";
import { signOut } from "@/platform/identity/session";
import { useUnsentElsewhere } from "@/platform/identity/unsent";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import type { Complaint } from "@/ui/record/validate";
import { ExportButton } from "./status/ExportButton";

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Signing out asks, because what was not sent yet goes with it. */
export function SignOutDialog({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { connection, pending } = useStatus();
  const unsent = pending + useUnsentElsewhere(engine.workspace, opened);
  const problemText = useProblemText();
  const [problem, setProblem] = useState<Complaint | null>(null);

  async function leave(): Promise<void> {
    try {
      await signOut();
      engine.stop();
      leaveFor("/");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.problem);
    }
  }

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="sm"
      title={t("signOut.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Trouble mb="sm" text={problem && problemText(problem)} />
      <Text fz="md" c={unsent > 0 ? "var(--hf-danger)" : "dimmed"}>
        {unsent > 0 ? t("signOut.unsent", { count: unsent }) : t("signOut.text")}
      </Text>
      {connection === "offline" && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("signOut.offline")}
        </Text>
      )}
      <ExportButton />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button data-autofocus color={unsent > 0 ? "red.8" : "kelp"} onClick={() => void leave()}>
          {unsent > 0 ? t("signOut.anyway") : t("actions.signOut")}
        </Button>
      </Group>
    </Modal>
  );
}
