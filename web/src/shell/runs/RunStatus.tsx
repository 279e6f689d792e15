import { Popover, RingProgress, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRecords } from "@/engine/react";
import { canBeFetched, exportKind } from "@/platform/workspaces/exports";
import { useFormats } from "@/ui/language/formats";
import { isUnderWay, newestFirst, type Run, useRunWords } from "@/ui/runs/runs";
import { RunRow } from "./RunRow";
import classes from "./runs.module.css";
import { useDoneNews } from "./useDoneNews";

/** Whether I still have to do something about it: to see why it failed, or to fetch the file. */
const waitsForMe = (run: Run): boolean =>
  run.values.state === "failed" ||
  (run.values.kind === exportKind && run.values.step !== "fetched" && canBeFetched(run, new Date()));

/**
 * The work that I asked for: how far it is, wherever I am; a click says more. What went well is said for a moment.
 */
export function RunStatus() {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const words = useRunWords();
  const [opened, setOpened] = useState(false);
  const runs = newestFirst(useRecords("jobs.run"));
  const { isNews, seen } = useDoneNews(runs);
  const shown =
    runs.find(isUnderWay) ??
    runs.find((run) => isNews(run) || waitsForMe(run)) ??
    // What is being looked at does not go away meanwhile.
    (opened ? runs[0] : undefined);
  function open(isOpen: boolean): void {
    setOpened(isOpen);
    if (!isOpen) seen();
  }
  if (shown === undefined) return null;

  const { kind, state } = words(shown);
  const share = percent(shown.values.percent);
  const short = isUnderWay(shown) ? share : state;
  return (
    <Popover
      opened={opened}
      onChange={open}
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
          onClick={() => open(!opened)}
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
