import { Popover, RingProgress, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRecords } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { isUnderWay, newestFirst, useRunWords } from "@/ui/runs/runs";
import { RunRow } from "./RunRow";
import classes from "./runs.module.css";

/** The work that I asked for: how far it is, wherever I am; a click says more. Nothing where there is none. */
export function RunStatus() {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const words = useRunWords();
  const [opened, setOpened] = useState(false);
  const runs = newestFirst(useRecords("jobs.run"));
  const shown = runs.find(isUnderWay) ?? runs[0];
  if (shown === undefined) return null;

  const { kind, state } = words(shown);
  const share = percent(shown.values.percent);
  const short = isUnderWay(shown) ? share : state;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={340}
      shadow="md"
      trapFocus
      returnFocus
    >
      {/* Said when it begins and when it ends, and not at each step. */}
      <VisuallyHidden role="status">{`${kind}: ${state}`}</VisuallyHidden>
      <Popover.Target>
        <UnstyledButton
          className={classes.status}
          data-state={shown.values.state}
          onClick={() => setOpened((before) => !before)}
          aria-label={t("work.about", { kind, state: short })}
        >
          {isUnderWay(shown) ? (
            <RingProgress
              size={18}
              thickness={3}
              sections={[{ value: shown.values.percent, color: "var(--hf-accent)" }]}
              aria-hidden
            />
          ) : shown.values.state === "done" ? (
            <IconCheck size={16} aria-hidden />
          ) : (
            <IconX size={16} aria-hidden />
          )}
          <span className={classes.kind}>{kind}</span>
          <span className={classes.share}>{short}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.panel ?? ""}>
        <ul className={classes.runs} aria-label={t("work.title")}>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
