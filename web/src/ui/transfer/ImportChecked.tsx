import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import type { Problem } from "@/engine/protocol";
import { useProblemText } from "@/ui/feedback/problemText";
import { useFormats } from "@/ui/language/formats";
import { useValueWords } from "@/ui/record/words";
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
              {faultText(error)}
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

/** What is wrong with a cell; the choices of its field are named by their words, as a person writes them into the file. */
function useFaultText(type: RecordTypeName, { fields }: Importing): (error: Problem) => string {
  const problemText = useProblemText();
  const words = useValueWords();
  return (error) => {
    const meta = fields.find(({ name }) => name === error.field);
    const allowed = meta?.choices?.map((choice) => words(meta, type, choice) ?? choice);
    return problemText(allowed === undefined ? error : { ...error, params: { ...error.params, allowed } });
  };
}
