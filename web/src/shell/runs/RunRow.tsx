import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { remove } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import { ExportLink } from "@/platform/workspaces/ExportLink";
import { useFormats } from "@/ui/language/formats";
import { Pill } from "@/ui/Pill";
import { RunProgress } from "@/ui/runs/RunProgress";
import { isUnderWay, type Run, tones, useRunWords } from "@/ui/runs/runs";
import classes from "./runs.module.css";

/** A job that I asked for, what came of it, and the way to put it away. */
export function RunRow({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const engine = useEngine();
  const { kind, state } = useRunWords()(run);
  return (
    <li className={classes.run}>
      <div className={classes.head}>
        <div className={classes.what}>
          <span className={classes.name}>{kind}</span>
          <span className={classes.ago}>{ago(run.createdAt)}</span>
        </div>
        <Pill tone={tones[run.values.state]}>{state}</Pill>
        {!isUnderWay(run) && (
          <ActionIcon
            size="sm"
            onClick={() => engine.transact([remove("jobs.run", run.id)])}
            aria-label={t("work.putAway", { kind })}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <RunProgress run={run} />
      <ExportLink run={run} />
    </li>
  );
}
