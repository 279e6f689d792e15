import { Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type SeriesTable } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import { useOperatorNames } from "./names";
import { useOperatorState } from "./useOperatorState";

/** Numbers over time: their tables, how large they are, and for how long they stay. */
export function SeriesSection() {
  const { t } = useTranslation();
  const { state, isWaiting } = useOperatorState(api.operatorSeries);
  return (
    <Section title={t("operator.series")} lead={t("operator.seriesLead")}>
      {isWaiting && <Skeleton h={56} mt="sm" radius="md" />}
      {state?.length === 0 && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("operator.noSeries")}
        </Text>
      )}
      {state !== null && state.length > 0 && (
        <Rows label={t("operator.series")}>
          {state.flatMap(({ name, tables }) =>
            tables.map((table) => <TableRow key={`${name} ${table.holds}`} series={name} table={table} />),
          )}
        </Rows>
      )}
    </Section>
  );
}

function TableRow({ series, table }: { series: string; table: SeriesTable }) {
  const { t } = useTranslation();
  const { bytes, day, number } = useFormats();
  const nameOf = useOperatorNames();
  const { holds, parts, from, to, hasNow, rows, keepDays } = table;
  return (
    <Row
      name={`${nameOf(series)} · ${t(`operator.holds.${holds}`)}`}
      detail={[
        t("operator.rows", { count: rows, n: number(rows) }),
        bytes(table.bytes),
        t("operator.kept", { count: keepDays, n: number(keepDays) }),
      ].join(" · ")}
      note={
        from !== null &&
        to !== null &&
        t("operator.parts", { count: parts, n: number(parts), from: day(from), to: day(to) })
      }
      end={
        <Pill tone={hasNow ? "green" : "amber"}>
          {hasNow ? t("operator.takesNow") : t("operator.takesNotYet")}
        </Pill>
      }
    />
  );
}
