import { Tabs } from "@mantine/core";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./page.module.css";

export interface RecordTab {
  readonly id: string;
  readonly label: string;
  /** How much there is behind it. */
  readonly count?: number;
  readonly panel: ReactNode;
}

interface Props {
  /** What the record is called. */
  readonly name: string;
  /** One after the other; the first is open. */
  readonly tabs: readonly RecordTab[];
}

interface Overflow {
  readonly before: boolean;
  readonly after: boolean;
}

/** Whether more lies beyond the edges of a row that scrolls, so that it can be hinted at. */
function useOverflow(row: RefObject<HTMLElement | null>): Overflow {
  const [rest, setRest] = useState<Overflow>({ before: false, after: false });
  useEffect(() => {
    const element = row.current;
    if (element === null) return;
    const look = () => {
      // From the right it counts below zero.
      const at = Math.abs(element.scrollLeft);
      const before = at > 1;
      const after = at + element.clientWidth < element.scrollWidth - 1;
      setRest((held) => (held.before === before && held.after === after ? held : { before, after }));
    };
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    for (const tab of element.children) sizes.observe(tab);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [row]);
  return rest;
}

/** What there is of a record, in parts of which one is open. */
export function RecordTabs({ name, tabs }: Props) {
  const { t } = useTranslation();
  const [tab, setTab] = useState(tabs[0]?.id ?? null);
  const row = useRef<HTMLDivElement>(null);
  const rest = useOverflow(row);
  return (
    <Tabs value={tab} onChange={setTab} keepMounted={false} className={classes.main ?? ""}>
      <Tabs.List
        ref={row}
        className={classes.tabs ?? ""}
        data-more-before={rest.before || undefined}
        data-more-after={rest.after || undefined}
        aria-label={t("record.parts", { name })}
      >
        {tabs.map(({ id, label, count = 0 }) => (
          <Tabs.Tab
            key={id}
            value={id}
            className={classes.tab ?? ""}
            // On a narrow screen the row of parts is longer than the screen.
            onFocus={({ currentTarget }) =>
              currentTarget.scrollIntoView({ block: "nearest", inline: "nearest" })
            }
          >
            {label}
            {count > 0 && <span className={classes.count}>{count}</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ id, panel }) => (
        <Tabs.Panel key={id} value={id}>
          {panel}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
