import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { UnsentWork } from "@/engine/indexedStore";
import { useDeadLetters, useWaiting } from "@/engine/react";
import { saveAsFile } from "@/ui/saveAsFile";

interface Props {
  /** What lies in other workspaces, where that is handed out as well. */
  readonly elsewhere?: readonly UnsentWork[];
}

/** Hands the person what is not with the server yet, and what it refused, as a file; nothing where there is neither. */
export function ExportButton({ elsewhere = [] }: Props) {
  const { t } = useTranslation();
  const waiting = useWaiting();
  const refused = useDeadLetters();
  if (waiting.length + refused.length + elsewhere.length === 0) return null;
  const others = elsewhere.length > 0 && { elsewhere };
  return (
    <Button
      mt="sm"
      size="xs"
      variant="default"
      onClick={() =>
        saveAsFile(
          "holdfast-changes.json",
          JSON.stringify({ waiting, refused, ...others }, null, 2),
          "application/json",
        )
      }
    >
      {t("status.export")}
    </Button>
  );
}
