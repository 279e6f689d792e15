import { Button, FileInput, Group, Modal, Progress, Select, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { useStatus } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { useServerUndo } from "@/ui/record/page/useServerUndo";
import { useFieldLabel } from "@/ui/record/words";
import { scrollingOptions } from "@/ui/scrolling";
import { importableFields, unfilled } from "./mapping";
import classes from "./transfer.module.css";
import { type Stage, useImport } from "./useImport";

interface Props {
  readonly type: RecordTypeName;
  readonly opened: boolean;
  readonly onClose: () => void;
}

type Importing = ReturnType<typeof useImport>;

/** A table becomes records: choose it, say what its columns are, see what is wrong with it, and only then write. */
export function ImportDialog({ type, opened, onClose }: Props) {
  const { t } = useTranslation();
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("transfer.import")}
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <ImportForm type={type} onClose={onClose} />
    </Modal>
  );
}

function ImportForm({ type, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const importing = useImport(type);
  const connection = useStatus((status) => status.connection);
  const { stage, trouble } = importing;
  return (
    <Stack gap="md">
      {connection !== "live" && <Text c="dimmed">{t("record.needsConnection")}</Text>}
      <Trouble text={trouble && problemText(trouble)} />
      {stage.at === "file" && <ChooseFile importing={importing} />}
      {stage.at === "columns" && <Columns type={type} importing={importing} />}
      {(stage.at === "checking" || stage.at === "importing") && (
        <Running stage={stage} total={importing.table.rows.length} onStop={importing.stop} />
      )}
      {stage.at === "checked" && <Checked stage={stage} importing={importing} />}
      {stage.at === "done" && (
        <Finished stage={stage} total={importing.table.rows.length} onClose={onClose} />
      )}
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

function Columns({ type, importing }: { readonly type: RecordTypeName; readonly importing: Importing }) {
  const { t } = useTranslation();
  const labelOf = useFieldLabel();
  const { number } = useFormats();
  const { table, mapping, choose, check } = importing;
  const connection = useStatus((status) => status.connection);
  const fields = importableFields(type);
  const missing = unfilled(fields, mapping);
  const options = fields.map(({ name }) => ({ value: name, label: labelOf({ type }, name) }));
  return (
    <>
      <Text fz="md">
        {t("transfer.columns", { rows: number(table.rows.length), count: table.rows.length })}
      </Text>
      <ul className={classes.columns}>
        {table.heads.map((head, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place alone
          <li key={index}>
            <span className={classes.head}>
              <bdi>{head}</bdi>
              <span className={classes.example}>{table.rows[0]?.[index] ?? ""}</span>
            </span>
            <Select
              size="sm"
              aria-label={t("transfer.fills", { head })}
              placeholder={t("transfer.leftOut")}
              data={options}
              value={mapping[index] ?? null}
              searchable
              clearable
              clearButtonProps={{ "aria-label": t("transfer.leftOut") }}
              nothingFoundMessage={t("common.nothingFound")}
              {...scrollingOptions}
              onChange={(field) => choose(index, field)}
            />
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <Trouble
          text={t("transfer.missing", {
            fields: missing.map(({ name }) => labelOf({ type }, name)).join(", "),
          })}
        />
      )}
      <Group justify="flex-end">
        <Button disabled={missing.length > 0 || connection !== "live"} onClick={check}>
          {t("transfer.check")}
        </Button>
      </Group>
    </>
  );
}

interface RunningProps {
  readonly stage: Extract<Stage, { readonly done: number }>;
  readonly total: number;
  readonly onStop: () => void;
}

function Running({ stage, total, onStop }: RunningProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const text = t(`transfer.${stage.at}`, { done: number(stage.done), total: number(total) });
  return (
    <>
      <Text fz="md" role="status">
        {text}
      </Text>
      <Progress value={(100 * stage.done) / Math.max(total, 1)} aria-label={text} />
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

interface CheckedProps {
  readonly stage: Extract<Stage, { readonly at: "checked" }>;
  readonly importing: Importing;
}

const mostShown = 50;

function Checked({ stage, importing }: CheckedProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const problemText = useProblemText();
  const { faults, faultyRows } = stage;
  const rows = importing.table.rows.length;
  return (
    <>
      <Text fz="md" role="status">
        {faultyRows === 0
          ? t("transfer.sound", { count: rows, rows: number(rows) })
          : t("transfer.faulty", { count: faultyRows, rows: number(faultyRows) })}
      </Text>
      {faults.length > 0 && (
        <ol className={classes.faults} aria-label={t("transfer.faults")}>
          {faults.slice(0, mostShown).map(({ row, column, error }) => (
            <li key={`${row} ${column} ${error.code}`}>
              <span className={classes.where}>
                {column
                  ? t("transfer.rowAndColumn", { row: number(row), column })
                  : t("transfer.row", { row: number(row) })}
              </span>
              {problemText(error)}
            </li>
          ))}
        </ol>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={importing.back}>
          {t("transfer.backToColumns")}
        </Button>
        {faultyRows === 0 && (
          <Button data-autofocus onClick={importing.run}>
            {t("transfer.importAll", { count: rows, rows: number(rows) })}
          </Button>
        )}
      </Group>
    </>
  );
}

interface FinishedProps {
  readonly stage: Extract<Stage, { readonly at: "done" }>;
  readonly total: number;
  readonly onClose: () => void;
}

function Finished({ stage, total, onClose }: FinishedProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { undo } = useServerUndo();
  const text = stage.whole
    ? t("transfer.done", { count: stage.rows, rows: number(stage.rows) })
    : t("transfer.partly", { rows: number(stage.rows), total: number(total) });
  return (
    <>
      <Text fz="md" role="status">
        {text}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button
          variant="default"
          onClick={() => {
            onClose();
            void undo(stage.transactions);
          }}
        >
          {t("transfer.undo")}
        </Button>
        <Button onClick={onClose}>{t("common.done")}</Button>
      </Group>
    </>
  );
}
