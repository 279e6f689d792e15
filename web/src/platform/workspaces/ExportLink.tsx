import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { useEngine } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import type { Run } from "@/ui/runs/runs";
import { canBeFetched, exportKind, fetchedUntil } from "./exports";

/** The file that came of an export, for as long as the server keeps it. */
export function ExportLink({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const { workspace } = useEngine();
  if (run.values.kind !== exportKind || !canBeFetched(run, new Date())) return null;
  return (
    <Button
      component="a"
      href={api.exportAddress(workspace, run.id)}
      download
      variant="light"
      size="xs"
      leftSection={<IconDownload size={15} aria-hidden />}
    >
      {t("export.download", { until: dateTime(fetchedUntil(run)) })}
    </Button>
  );
}
