import { ActionIcon, Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { today } from "@/ui/language/days";
import { useFormats } from "@/ui/language/formats";
import { More, useFirst } from "@/ui/layout/More";
import type { LayoutProps } from "@/ui/list/list";
import { RecordLink } from "@/ui/list/RecordLink";
import { ColourDot } from "./ColourDot";
import { TemplatesLeftOut } from "./TemplatesLeftOut";
import { TimelineRest } from "./TimelineRest";
import { monthsLater, type Placed, placed, placeOf, type Span, spanOf } from "./timeline";
import classes from "./timeline.module.css";

/** When each project is worked on, as bars; each says its days in words as well. */
export function ProjectTimeline({ records, hrefOf, open }: LayoutProps<"solo.project">) {
  const { t, i18n } = useTranslation();
  const { date } = useFormats();
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  const now = today();
  const months = narrow ? 3 : 6;
  const [first, setFirst] = useState(() => monthsLater(now, -1));
  const span = useMemo(() => spanOf(first, months), [first, months]);
  const found = useMemo(
    () =>
      placed(
        records.filter(({ values }) => values.template !== true),
        span,
      ),
    [records, span],
  );
  const { first: drawn, ...others } = useFirst(found.shown);
  const month = new Intl.DateTimeFormat(i18n.language, {
    month: "short",
    year: "2-digit",
    timeZone: "UTC",
  });
  return (
    <div className={classes.timeline}>
      <TemplatesLeftOut records={records} hrefOf={hrefOf} open={open} />
      <div className={classes.bar}>
        <ActionIcon aria-label={t("projects.earlier")} onClick={() => setFirst(monthsLater(first, -months))}>
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <Button variant="default" size="compact-md" onClick={() => setFirst(monthsLater(now, -1))}>
          {t("projects.today")}
        </Button>
        <ActionIcon aria-label={t("projects.later")} onClick={() => setFirst(monthsLater(first, months))}>
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
      </div>
      <div className={classes.months} aria-hidden>
        {span.months.map(({ first: day, width }) => (
          <span key={day} style={{ inlineSize: `${width}%` }}>
            {month.format(new Date(`${day}T00:00Z`))}
          </span>
        ))}
      </div>
      <ul className={classes.rows} aria-label={t("projects.timeline")}>
        {drawn.map((row) => (
          <TimelineRow
            key={row.project.id}
            row={row}
            span={span}
            now={placeOf(now, span)}
            date={date}
            hrefOf={hrefOf}
            open={open}
          />
        ))}
      </ul>
      <More {...others} />
      <TimelineRest placed={found} onShow={(day) => setFirst(monthsLater(day, 0))} />
    </div>
  );
}

interface RowProps extends Pick<LayoutProps, "hrefOf" | "open"> {
  readonly row: Placed["shown"][number];
  readonly span: Span;
  readonly now: number | null;
  readonly date: (day: string) => string;
}

function TimelineRow({ row: { project, bar }, span, now, date, hrefOf, open }: RowProps) {
  const { name, colour, startsOn, endsOn } = project.values;
  const days = [startsOn, endsOn].map((day) => (day === null ? "…" : date(day))).join(" – ");
  return (
    <li className={classes.row}>
      <RecordLink id={project.id} href={hrefOf(project.id)} onOpen={open} className={classes.name}>
        <ColourDot colour={colour} />
        <span className={classes.names}>
          <bdi dir="auto">{name}</bdi>
          <span className={classes.days}>{days}</span>
        </span>
      </RecordLink>
      <span className={classes.track} aria-hidden>
        {span.months.map(({ first, start }) => (
          <span key={first} className={classes.grid} style={{ insetInlineStart: `${start}%` }} />
        ))}
        {now !== null && <span className={classes.now} style={{ insetInlineStart: `${now}%` }} />}
        <span
          className={classes.shape}
          data-open-start={bar.openStart || undefined}
          data-open-end={bar.openEnd || undefined}
          style={{
            insetInlineStart: `${bar.start}%`,
            inlineSize: `${bar.width}%`,
            color: `var(--mantine-color-${colour}-6)`,
          }}
        />
      </span>
    </li>
  );
}
