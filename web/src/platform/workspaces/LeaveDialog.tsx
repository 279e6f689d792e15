import { Button, Group, List, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, problemOf } from "@/engine/api";
import { useEngine, useRecord, useStatus } from "@/engine/react";
import { dropMembership } from "@/platform/identity/session";
import { ConfirmButtons } from "@/ui/feedback/ConfirmButtons";
import { Dialog } from "@/ui/feedback/Dialog";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { Trouble } from "@/ui/feedback/Trouble";
import type { Complaint } from "@/ui/record/validate";

interface Props {
  /** Why it is not possible now, in a sentence with the way out; `null` where it is. */
  readonly obstacle: string | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Leaving a workspace: what goes, what stays, and who cannot. */
export function LeaveDialog({ obstacle, opened, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const engine = useEngine();
  const problemText = useProblemText();
  const name = useRecord("access.workspace", engine.workspace)?.values.name ?? "";
  const pending = useStatus((status) => status.pending);
  const [problem, setProblem] = useState<Complaint | null>(null);
  const [busy, setBusy] = useState(false);

  async function leave(): Promise<void> {
    setBusy(true);
    const refused = await problemOf(api.leaveWorkspace(engine.workspace));
    setProblem(refused);
    if (refused !== null) {
      setBusy(false);
      return;
    }
    // It must not write anew what is wiped.
    engine.stop();
    await dropMembership(engine.workspace);
    await navigate({ to: "/" });
    toast({ text: t("leave.done", { name }) });
  }

  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={obstacle === null ? t("leave.title", { name }) : t("leave.cannot", { name })}
    >
      {obstacle !== null ? (
        <Text fz="md">{obstacle}</Text>
      ) : (
        <List fz="md" spacing="xs">
          <List.Item>{t("leave.access")}</List.Item>
          <List.Item>{t("leave.stays")}</List.Item>
          <List.Item>{t("leave.back")}</List.Item>
        </List>
      )}
      {obstacle === null && pending > 0 && (
        <Text fz="md" c="var(--hf-danger)" mt="sm" role="status">
          {t("leave.unsent", { count: pending })}
        </Text>
      )}
      <Trouble mt="sm" text={problem && problemText(problem)} />
      {obstacle !== null ? (
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("common.close")}
          </Button>
        </Group>
      ) : (
        <ConfirmButtons
          confirm={t("leave.confirm")}
          onConfirm={() => void leave()}
          onCancel={onClose}
          busy={busy}
          disabled={pending > 0}
        />
      )}
    </Dialog>
  );
}
