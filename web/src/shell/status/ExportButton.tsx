import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDeadLetters, useWaiting } from "@/engine/react";
import { saveAsFile } from "./saveAsFile";

/** Hands the person what is not with the server yet, and what it refused, as a file; nothing where there is neither. */
export function ExportButton() {
  const { t } = useTranslation();
  const waiting = useWaiting();
  const refused = useDeadLetters();
  if (waiting.length + refused.length === 0) return null;
  return (
    <Button
      mt="sm"
      size="xs"
      variant="default"
      onClick={() => saveAsFile("holdfast-changes.json", { waiting, refused })}
    >
      {t("status.export")}
    </Button>
  );
}
