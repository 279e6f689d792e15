import { ActionIcon, Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { ColourDot } from "./ColourDot";
import type { Project } from "./projects";
import { barOf, monthsLater, placeOf, type Span, spanOf } from "./timeline";
import classes from "./timeline.module.css";

/** When each project is worked on, as bars; each says its days in words as well. */
export function ProjectTimeline({ projects }: { readonly projects: readonly Project[] }) {
  const { t, i18n } = useTranslation();
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  const today = new Date().toLocaleDateString("sv-SE");
  const months = narrow ? 3 : 6;
  const [first, setFirst] = useState(() => monthsLater(today, -1));
  const span = spanOf(first, months);
  const month = new Intl.DateTimeFormat(i18n.language, {
    month: "short",
    year: "2-digit",
    timeZone: "UTC",
  });
  const now = placeOf(today, span);
  return (
    <div className={classes.timeline}>
      <div className={classes.bar}>
        <ActionIcon aria-label={t("projects.earlier")} onClick={() => setFirst(monthsLater(first, -months))}>
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <Button variant="default" size="compact-md" onClick={() => setFirst(monthsLater(today, -1))}>
          {t("projects.today")}
        </Button>
        <ActionIcon aria-label={t("projects.later")} onClick={() => setFirst(monthsLater(first, months))}>
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
      </div>
      <div className={classes.months} aria-hidden>
        {span.months.map(({ first: date, width }) => (
          <span key={date} style={{ inlineSize: `${width}%` }}>
            {month.format(new Date(`${date}T00:00Z`))}
          </span>
        ))}
      </div>
      <ul className={classes.rows} aria-label={t("projects.timeline")}>
        {projects.map((project) => (
          <TimelineRow key={project.id} project={project} span={span} now={now} />
        ))}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly project: Project;
  readonly span: Span;
  readonly now: number | null;
}

function TimelineRow({ project, span, now }: RowProps) {
  const { t } = useTranslation();
  const { workspace: workspaceId } = useEngine();
  const { date } = useFormats();
  const { name, colour, startsOn, endsOn } = project.values;
  const bar = barOf(project, span);
  const days =
    startsOn === null && endsOn === null
      ? t("projects.noDates")
      : [startsOn === null ? "…" : date(startsOn), endsOn === null ? "…" : date(endsOn)].join(" – ");
  return (
    <li className={classes.row}>
      <Link
        className={classes.name}
        to="/w/$workspaceId/projects/$projectId"
        params={{ workspaceId, projectId: project.id }}
      >
        <ColourDot colour={colour} />
        <span>
          <bdi>{name}</bdi>
          <span className={classes.days}>{days}</span>
        </span>
      </Link>
      <span className={classes.track} aria-hidden>
        {span.months.map(({ first, start }) => (
          <span key={first} className={classes.grid} style={{ insetInlineStart: `${start}%` }} />
        ))}
        {now !== null && <span className={classes.now} style={{ insetInlineStart: `${now}%` }} />}
        {bar !== null && (
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
        )}
      </span>
    </li>
  );
}
