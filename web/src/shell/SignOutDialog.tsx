import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/engine/api";
import { useDeadLetters, useEngine, useStatus } from "@/engine/react";
import { leaveFor } from "@/platform/identity/leave";
import { signOut } from "@/platform/identity/session";
import { isLoss, lossOf, refusedIn, useLossText, useUnsentElsewhere } from "@/platform/identity/unsent";
import { Dialog } from "@/ui/feedback/Dialog";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import type { Complaint } from "@/ui/record/validate";
import { ExportButton } from "./status/ExportButton";

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Signing out asks, because what was not sent yet goes with it, and what was refused and is not settled. */
export function SignOutDialog({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { connection, pending } = useStatus();
  const letters = useDeadLetters();
  const elsewhere = useUnsentElsewhere(engine.workspace, opened);
  const kept = lossOf(elsewhere);
  const loss = { waiting: pending + kept.waiting, refused: refusedIn(letters) + kept.refused };
  const loses = isLoss(loss);
  const lossText = useLossText();
  const problemText = useProblemText();
  const [problem, setProblem] = useState<Complaint | null>(null);

  async function leave(): Promise<void> {
    const problem = await problemOf(signOut());
    setProblem(problem);
    if (problem !== null) return;
    engine.stop();
    leaveFor("/");
  }

  return (
    <Dialog opened={opened} onClose={onClose} size="sm" title={t("signOut.title")}>
      <Trouble mb="sm" text={problem && problemText(problem)} />
      <Text fz="md" c={loses ? "var(--hf-danger)" : "dimmed"}>
        {loses ? lossText(loss) : t("signOut.text")}
      </Text>
      {connection === "offline" && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("signOut.offline")}
        </Text>
      )}
      <ExportButton elsewhere={elsewhere} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button data-autofocus color={loses ? "red.8" : "kelp"} onClick={() => void leave()}>
          {loses ? t("signOut.anyway") : t("actions.signOut")}
        </Button>
      </Group>
    </Dialog>
  );
}
