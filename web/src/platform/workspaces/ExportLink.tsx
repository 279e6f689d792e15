import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { useEngine } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { useFormats } from "@/ui/language/formats";
import type { Run } from "@/ui/runs/runs";
import { downloadProven } from "@/ui/transfer/download";
import { canBeFetched, exportKind, fetchedUntil } from "./exports";

/** The file that came of an export, for as long as the server keeps it. */
export function ExportLink({ run }: { run: Run }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { dateTime } = useFormats();
  const { workspace } = useEngine();
  if (run.values.kind !== exportKind || !canBeFetched(run, new Date())) return null;

  async function fetchIt(): Promise<void> {
    const problem = await downloadProven(api.exportAddress(workspace, run.id));
    if (problem !== null) toast({ text: problemText(problem) });
  }

  return (
    <Button
      onClick={() => void fetchIt()}
      variant="light"
      size="xs"
      leftSection={<IconDownload size={15} aria-hidden />}
    >
      {t("export.download", { until: dateTime(fetchedUntil(run)) })}
    </Button>
  );
}
