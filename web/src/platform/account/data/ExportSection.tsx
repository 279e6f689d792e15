import { Button, Progress, Skeleton, Text } from "@mantine/core";
import { IconDownload, IconFileZip } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, type DataExport } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import { downloadProven } from "@/ui/transfer/download";
import { useAsked } from "../security/useAsked";

const lookEveryMs = 1000;

/** All that is mine in one file, made by the server while I do something else. */
export function ExportSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { answer, problem, act } = useAsked(readExport);
  const newest = answer?.newest ?? null;
  const isUnderWay = newest?.state === "waiting" || newest?.state === "running";
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => void act(async () => undefined), lookEveryMs);
    return () => clearInterval(timer);
  });
  return (
    <Section title={t("account.data.export")} lead={t("account.data.exportLead")}>
      <Trouble mt="sm" text={problem && problemText(problem)} />
      {answer === null && problem === null && <Skeleton h={56} mt="sm" radius="md" />}
      {newest !== null && (
        <Rows label={t("account.data.export")}>
          <ExportRow file={newest} />
        </Rows>
      )}
      <Button
        variant="default"
        mt="sm"
        disabled={answer === null || isUnderWay}
        onClick={() => void act(api.askForData)}
      >
        {t(newest === null ? "account.data.ask" : "account.data.askAgain")}
      </Button>
    </Section>
  );
}

/** In an object, for that there is none is an answer too. */
async function readExport(): Promise<{ readonly newest: DataExport | null }> {
  return { newest: await api.dataExport() };
}

function ExportRow({ file }: { readonly file: DataExport }) {
  const { t } = useTranslation();
  const { bytes, dateTime, percent } = useFormats();
  const problemText = useProblemText();
  const { id, state, until, askedAt } = file;

  async function fetchIt(): Promise<void> {
    const problem = await downloadProven(api.dataAddress(id));
    if (problem !== null) toast({ text: problemText(problem) });
  }

  return (
    <Row
      start={<IconFileZip size={20} aria-hidden color="var(--mantine-color-dimmed)" />}
      name={t("account.data.file", { at: dateTime(askedAt) })}
      detail={
        state === "done" ? (
          t("account.data.until", { size: bytes(file.bytes ?? 0), until: dateTime(until) })
        ) : state === "failed" ? (
          t("account.data.failed")
        ) : (
          <>
            <Text component="span" fz="sm">
              {t("account.data.making", { percent: percent(file.percent) })}
            </Text>
            <Progress value={file.percent} size="sm" mt={4} aria-label={t("account.data.export")} />
          </>
        )
      }
      end={
        state === "done" ? (
          <Button
            size="xs"
            variant="light"
            leftSection={<IconDownload size={15} aria-hidden />}
            onClick={() => void fetchIt()}
          >
            {t("account.data.download")}
          </Button>
        ) : (
          state === "failed" && <Pill tone="red">{t("work.states.failed")}</Pill>
        )
      }
    />
  );
}
