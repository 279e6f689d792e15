import { Button, FileInput, Group, Progress, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { useIsLive } from "@/engine/react";
import { Dialog } from "@/ui/feedback/Dialog";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { ImportChecked, RefusedFile } from "./ImportChecked";
import { ImportColumns } from "./ImportColumns";
import { type Importing, type Stage, useImport } from "./useImport";

interface Props {
  readonly type: RecordTypeName;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A table becomes records: choose it, say what its columns are, see what is wrong with it, and only then write. */
export function ImportDialog({ type, opened, onClose }: Props) {
  const { t } = useTranslation();
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t("transfer.import")}
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={false}
    >
      <ImportForm type={type} onClose={onClose} />
    </Dialog>
  );
}

function ImportForm({ type, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const importing = useImport(type);
  const isLive = useIsLive();
  const { stage, trouble } = importing;
  return (
    <Stack gap="md">
      {!isLive && <Text c="dimmed">{t("record.needsConnection")}</Text>}
      <Trouble text={trouble && problemText(trouble)} />
      {stage.at === "file" && <ChooseFile importing={importing} />}
      {stage.at === "columns" && <ImportColumns type={type} importing={importing} />}
      {(stage.at === "checking" || stage.at === "importing") && (
        <Running stage={stage} onStop={importing.stop} />
      )}
      {stage.at === "checked" && <ImportChecked type={type} stage={stage} importing={importing} />}
      {stage.at === "done" && <Finished type={type} stage={stage} importing={importing} onClose={onClose} />}
    </Stack>
  );
}

function ChooseFile({ importing }: { readonly importing: Importing }) {
  const { t } = useTranslation();
  return (
    <FileInput
      data-autofocus
      size="md"
      label={t("transfer.file")}
      description={t("transfer.fileHint")}
      placeholder={t("transfer.choose")}
      accept=".csv,.tsv,.txt,text/csv"
      leftSection={<IconFileTypeCsv size={18} aria-hidden />}
      onChange={(file) => file !== null && importing.read(file)}
    />
  );
}

interface RunningProps {
  readonly stage: Extract<Stage, { readonly done: number }>;
  readonly onStop: () => void;
}

function Running({ stage, onStop }: RunningProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const text = t(`transfer.${stage.at}`, { done: number(stage.done), total: number(stage.total) });
  return (
    <>
      <Text fz="md" role="status">
        {text}
      </Text>
      <Progress value={(100 * stage.done) / Math.max(stage.total, 1)} aria-label={text} />
      {stage.at === "checking" && (
        <Group justify="flex-end">
          <Button variant="default" onClick={onStop}>
            {t("transfer.stop")}
          </Button>
        </Group>
      )}
    </>
  );
}

interface FinishedProps {
  readonly type: RecordTypeName;
  readonly stage: Extract<Stage, { readonly at: "done" }>;
  readonly importing: Importing;
  readonly onClose: () => void;
}

function Finished({ type, stage, importing, onClose }: FinishedProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const leftOut = new Set(stage.faults.map(({ row }) => row)).size;
  const { undo } = useTakeBack();
  return (
    <>
      <Text fz="md" role="status">
        {importing.said(stage.rows, stage.whole)}{" "}
        {leftOut > 0 && t("transfer.wereLeftOut", { count: leftOut, rows: number(leftOut) })}
      </Text>
      <Group justify="flex-end" gap="xs">
        {leftOut > 0 && <RefusedFile type={type} faults={stage.faults} importing={importing} />}
        <Button
          variant="default"
          onClick={() => {
            onClose();
            undo(stage.transactions[0]);
          }}
        >
          {t("transfer.undo")}
        </Button>
        <Button onClick={onClose}>{t("common.done")}</Button>
      </Group>
    </>
  );
}
