import { Tabs } from "@mantine/core";
import { type ReactNode, useState } from "react";
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

/** What there is of a record, in parts of which one is open. */
export function RecordTabs({ name, tabs }: Props) {
  const { t } = useTranslation();
  const [tab, setTab] = useState(tabs[0]?.id ?? null);
  return (
    <Tabs value={tab} onChange={setTab} keepMounted={false} className={classes.main ?? ""}>
      <Tabs.List className={classes.tabs ?? ""} aria-label={t("record.parts", { name })}>
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
