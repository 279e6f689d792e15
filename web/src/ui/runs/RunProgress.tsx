import { Button, Progress } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, problemOf } from "@/engine/api";
import { useEngine } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { useFormats } from "@/ui/language/formats";
import type { Complaint } from "@/ui/record/validate";
import { isUnderWay, type Run, useRunWords } from "./runs";
import classes from "./runs.module.css";

/** How far a job is, as a bar and in words, with the way to stop it. */
export function RunProgress({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const problemText = useProblemText();
  const { workspace } = useEngine();
  const [problem, setProblem] = useState<Complaint | null>(null);
  const { kind, state, step } = useRunWords()(run);
  if (!isUnderWay(run)) return step === "" ? null : <div className={classes.words}>{step}</div>;

  const cancel = async () => setProblem(await problemOf(api.cancelJob(workspace, run.id)));

  const share = percent(run.values.percent);
  return (
    <div className={classes.progress}>
      <Progress.Root size="sm" className={classes.bar ?? ""}>
        <Progress.Section value={run.values.percent} aria-label={kind} />
      </Progress.Root>
      <div className={classes.line}>
        <span className={classes.words}>
          {share} · {step === "" ? state : step}
        </span>
        <Button
          variant="default"
          size="compact-xs"
          onClick={() => void cancel()}
          aria-label={t("work.cancelRun", { kind })}
        >
          {t("common.cancel")}
        </Button>
      </div>
      {problem !== null && <div className={classes.trouble}>{problemText(problem)}</div>}
    </div>
  );
}
