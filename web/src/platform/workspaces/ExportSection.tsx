import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, problemOf } from "@/engine/api";
import { useEngine, useRecords } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import type { Complaint } from "@/ui/record/validate";
import { RunProgress } from "@/ui/runs/RunProgress";
import { isUnderWay, tones, useRunWords } from "@/ui/runs/runs";
import { ExportLink } from "./ExportLink";
import { newestExport } from "./exports";

/** All of a workspace in one file, for its owners. */
export function ExportSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const words = useRunWords();
  const { ago } = useFormats();
  const { workspace } = useEngine();
  const [problem, setProblem] = useState<Complaint | null>(null);
  const [asking, setAsking] = useState(false);
  const run = newestExport(useRecords("jobs.run"));

  async function ask(): Promise<void> {
    setAsking(true);
    setProblem(await problemOf(api.exportWorkspace(workspace).finally(() => setAsking(false))));
  }

  return (
    <Section title={t("export.title")} lead={t("export.lead")}>
      <Trouble mt="sm" text={problem && problemText(problem)} />
      {run !== undefined && (
        <Rows label={t("export.title")}>
          <Row
            name={words(run).kind}
            detail={ago(run.createdAt)}
            note={(isUnderWay(run) || words(run).step !== "") && <RunProgress run={run} />}
            end={
              <>
                <Pill tone={tones[run.values.state]}>{words(run).state}</Pill>
                <ExportLink run={run} />
              </>
            }
          />
        </Rows>
      )}
      <Group mt="sm">
        <Button
          variant="default"
          size="xs"
          loading={asking}
          disabled={run !== undefined && isUnderWay(run)}
          onClick={() => void ask()}
        >
          {t("export.begin")}
        </Button>
      </Group>
    </Section>
  );
}
