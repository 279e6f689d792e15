import { Button, Table } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import { useAsTables } from "./asTables";
import { type Bar, lengthsOf } from "./bars";
import classes from "./chart.module.css";

interface Props {
  /** What it shows, for who does not see it. */
  readonly label: string;
  /** The heads of the table: of what, and how much. */
  readonly heads: readonly [string, string];
  readonly bars: readonly Bar[];
  /** What the whole width is; the greatest value where there is none. */
  readonly full?: number;
}

/** Bars one below the other, or the same as a table: a chart is never the only way to read it. */
export function BarChart({ label, heads, bars, full }: Props) {
  const { t } = useTranslation();
  const { list } = useFormats();
  const [asTable, showAsTable] = useAsTables();
  const lengths = lengthsOf(bars, full);
  const said = list(bars.map((bar) => t("chart.part", { label: bar.label, value: bar.text })));
  return (
    <figure className={classes.figure}>
      {asTable ? (
        <BarTable label={label} heads={heads} bars={bars} />
      ) : (
        <div role="img" aria-label={t("chart.says", { label, parts: said })} className={classes.bars}>
          {bars.map(({ id, label: name, text, tone }, index) => (
            <div key={id} className={classes.bar} data-tone={tone}>
              <span className={classes.label} dir="auto">
                {name}
              </span>
              <span className={classes.value}>{text}</span>
              <span className={classes.track}>
                <span className={classes.fill} style={{ inlineSize: `${lengths[index] ?? 0}%` }} />
              </span>
            </div>
          ))}
        </div>
      )}
      <Button
        className={classes.toggle ?? ""}
        variant="subtle"
        size="compact-sm"
        aria-pressed={asTable}
        leftSection={asTable ? <IconChartBar size={14} aria-hidden /> : <IconTable size={14} aria-hidden />}
        onClick={() => showAsTable(!asTable)}
      >
        {asTable ? t("chart.asChart") : t("chart.asTable")}
      </Button>
    </figure>
  );
}

function BarTable({ label, heads: [what, amount], bars }: Pick<Props, "label" | "heads" | "bars">) {
  return (
    <Table className={classes.table ?? ""} aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{what}</Table.Th>
          <Table.Th scope="col" className={classes.number ?? ""}>
            {amount}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {bars.map(({ id, label: name, text, to }) => (
          <Table.Tr key={id}>
            <Table.Th scope="row" fw={500}>
              {to === undefined ? (
                <bdi>{name}</bdi>
              ) : (
                <Link to={to}>
                  <bdi>{name}</bdi>
                </Link>
              )}
            </Table.Th>
            <Table.Td className={classes.number ?? ""}>{text}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
