import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { NameAndDetail } from "../layout/NameAndDetail";
import classes from "./lines.module.css";
import { WidgetText } from "./WidgetText";

/** What one line of a widget says. */
export interface Line {
  readonly id: string;
  /** An icon, a dot, a face. */
  readonly mark: ReactNode;
  readonly name: string;
  readonly detail?: ReactNode;
  /** At the end of the line: a state, a day. */
  readonly end?: ReactNode;
  /** An address in this product; a line without one is read only. */
  readonly to?: string;
}

/** So many lines are seen at once; the rest is one click away. */
const most = 6;

interface Props {
  readonly label: string;
  readonly lines: readonly Line[];
  /** What stands here as long as there are none: what this is for. */
  readonly empty: string;
}

/** A short list in a widget, of things to go to. */
export function Lines({ label, lines, empty }: Props) {
  const { t } = useTranslation();
  const [all, showAll] = useState(false);
  if (lines.length === 0) return <WidgetText>{empty}</WidgetText>;
  const shown = all ? lines : lines.slice(0, most);
  return (
    <>
      <ul className={classes.lines} aria-label={label}>
        {shown.map((line) => (
          <li key={line.id}>
            {line.to === undefined ? (
              <div className={classes.line}>
                <Content {...line} />
              </div>
            ) : (
              <Link className={classes.line} to={line.to} draggable={false}>
                <Content {...line} />
              </Link>
            )}
          </li>
        ))}
      </ul>
      {lines.length > most && (
        <Button
          className={classes.more ?? ""}
          variant="subtle"
          size="compact-sm"
          aria-expanded={all}
          onClick={() => showAll(!all)}
        >
          {all ? t("home.fewer") : t("home.all", { count: lines.length })}
        </Button>
      )}
    </>
  );
}

function Content({ mark, name, detail, end }: Line) {
  return (
    <>
      <span className={classes.mark}>{mark}</span>
      <NameAndDetail name={name} detail={detail} />
      {end !== undefined && <span className={classes.end}>{end}</span>}
    </>
  );
}
