import { Button, Group, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { useIsLive } from "@/engine/react";
import { Notice } from "@/ui/feedback/Notice";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { useFieldLabel } from "@/ui/record/words";
import { scrollingOptions } from "@/ui/scrolling";
import { type Encoding, encodings } from "./fileText";
import { unfilled } from "./mapping";
import classes from "./transfer.module.css";
import type { Importing } from "./useImport";

interface Props {
  readonly type: RecordTypeName;
  readonly importing: Importing;
}

/** What the file was read as, and which of its columns fills which field. */
export function ImportColumns({ type, importing }: Props) {
  const { t } = useTranslation();
  const labelOf = useFieldLabel();
  const { number, list } = useFormats();
  const { table, mapping, fields, choose, check } = importing;
  const isLive = useIsLive();
  const missing = unfilled(fields, mapping);
  const options = fields.map(({ name }) => ({ value: name, label: labelOf({ type }, name) }));
  return (
    <>
      <ReadAs importing={importing} />
      <Text fz="md">
        {t("transfer.columns", { rows: number(table.rows.length), count: table.rows.length })}
      </Text>
      <ul className={classes.columns}>
        {table.heads.map((head, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place alone
          <li key={index}>
            <span className={classes.head}>
              <bdi>{head}</bdi>
              <span className={classes.example}>{exampleOf(table.rows, index)}</span>
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
            fields: list(missing.map(({ name }) => labelOf({ type }, name))),
          })}
        />
      )}
      <Group justify="flex-end">
        <Button disabled={missing.length > 0 || !isLive} onClick={check}>
          {t("transfer.check")}
        </Button>
      </Group>
    </>
  );
}

/** Where the encoding was guessed that is said, for nobody else would notice before the letters are wrong. */
function ReadAs({ importing: { fileText, readAs } }: Pick<Props, "importing">) {
  const { t } = useTranslation();
  if (fileText === null) return null;
  const nameOf = (encoding: Encoding) => t(`transfer.encodings.${encoding}`);
  return (
    <>
      {fileText.isGuessed && (
        <Notice>{t("transfer.guessed", { encoding: nameOf(fileText.encoding) })}</Notice>
      )}
      <Select
        size="sm"
        label={t("transfer.encoding")}
        description={t("transfer.encodingHint")}
        data={encodings.map((value) => ({ value, label: nameOf(value) }))}
        value={fileText.encoding}
        allowDeselect={false}
        {...scrollingOptions}
        onChange={(value) => {
          const encoding = encodings.find((known) => known === value);
          if (encoding !== undefined) readAs(encoding);
        }}
      />
    </>
  );
}

/** A cell that shows more than letters of English tells best whether the file was read well. */
function exampleOf(rows: readonly (readonly string[])[], index: number): string {
  const cells = rows.slice(0, 200).flatMap((row) => row[index] ?? []);
  return cells.find((cell) => /[^\u0020-\u007e]/u.test(cell)) ?? cells.find((cell) => cell !== "") ?? "";
}
