import { Button, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { useProblemText } from "@/ui/feedback/problemText";
import { useFormats } from "@/ui/language/formats";
import { useValueWords } from "@/ui/record/words";
import { saveAsFile } from "@/ui/saveAsFile";
import { type RowFault, refusedRows } from "./refused";
import classes from "./transfer.module.css";
import type { Importing, Stage } from "./useImport";

interface Props {
  readonly type: RecordTypeName;
  readonly stage: Extract<Stage, { readonly at: "checked" }>;
  readonly importing: Importing;
}

const mostShown = 50;

/** What would come of the import: what is wrong, row by row, or the way on. */
export function ImportChecked({ type, stage, importing }: Props) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const faultText = useFaultText(type, importing);
  const { faults, faultyRows } = stage;
  const rows = importing.table.rows.length - faultyRows;
  return (
    <>
      <Text fz="md" role="status">
        {faultyRows === 0
          ? t("transfer.sound", { count: rows, rows: number(rows) })
          : t("transfer.faulty", { count: faultyRows, rows: number(faultyRows) })}
      </Text>
      {faults.length > 0 && (
        <ol className={classes.faults} aria-label={t("transfer.faults")}>
          {faults.slice(0, mostShown).map((fault) => (
            <li key={`${fault.row} ${fault.column} ${fault.error.code}`}>
              <span className={classes.where}>
                {fault.column
                  ? t("transfer.rowAndColumn", { row: number(fault.row), column: fault.column })
                  : t("transfer.row", { row: number(fault.row) })}
              </span>
              {faultText(fault)}
            </li>
          ))}
        </ol>
      )}
      <Group justify="flex-end" gap="xs">
        {faultyRows > 0 && <RefusedFile type={type} faults={faults} importing={importing} />}
        <Button variant="default" onClick={importing.back}>
          {t("transfer.backToColumns")}
        </Button>
        {rows > 0 && (
          <Button data-autofocus onClick={importing.run}>
            {t(faultyRows === 0 ? "transfer.importAll" : "transfer.importSound", {
              count: rows,
              rows: number(rows),
            })}
          </Button>
        )}
      </Group>
    </>
  );
}

interface RefusedFileProps {
  readonly type: RecordTypeName;
  readonly faults: readonly RowFault[];
  readonly importing: Importing;
}

/** The way to have the rows that are left out as a file, with what is wrong with each. */
export function RefusedFile({ type, faults, importing }: RefusedFileProps) {
  const { t } = useTranslation();
  const faultText = useFaultText(type, importing);
  const save = () =>
    saveAsFile(
      t("transfer.refusedFile"),
      // The mark tells spreadsheets that it is UTF-8.
      `\ufeff${refusedRows(importing.table, faults, t("transfer.reason"), (fault) =>
        fault.column === null || fault.column === undefined
          ? faultText(fault)
          : `${fault.column}: ${faultText(fault)}`,
      )}`,
      "text/csv",
    );
  return (
    <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={save}>
      {t("transfer.saveRefused")}
    </Button>
  );
}

/** What is wrong with a cell and what stands there; the choices of its field are named by their words, as a person writes them. */
function useFaultText(type: RecordTypeName, { fields }: Importing): (fault: RowFault) => string {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const words = useValueWords();
  return ({ error, cell }) => {
    const meta = fields.find(({ name }) => name === error.field);
    const allowed = meta?.choices?.map((choice) => words(meta, type, choice) ?? choice);
    const reason = problemText(
      allowed === undefined ? error : { ...error, params: { ...error.params, allowed } },
    );
    const value = cell?.trim() ?? "";
    return value === "" ? reason : t("transfer.valueAndReason", { value: short(value), reason });
  };
}

/** Enough of a cell to find it by. */
const short = (value: string): string => (value.length > 60 ? `${value.slice(0, 59)}…` : value);
