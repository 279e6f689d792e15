import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FailedJob } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { NameCode } from "./NameCode";
import { useOperatorNames } from "./names";

interface Props {
  /** The newest of them. */
  readonly jobs: readonly FailedJob[];
  /** How many there are. */
  readonly count: number;
  /** Without a job all of them. */
  readonly onRedrive: (job?: string) => void;
}

/** Jobs that were given up. For a while they can be tried again. */
export function FailedJobs({ jobs, count, onRedrive }: Props) {
  const { t } = useTranslation();
  const { ago, dateTime, number } = useFormats();
  const nameOf = useOperatorNames();
  return (
    <Section title={t("operator.failed")} lead={t("operator.failedLead")}>
      {jobs.length === 0 ? (
        <Text fz="md" c="dimmed" mt="sm">
          {t("operator.noneFailed")}
        </Text>
      ) : (
        <>
          <Rows label={t("operator.failed")}>
            {jobs.map((job) => (
              <Row
                key={job.id}
                name={nameOf(job.kind)}
                detail={
                  <>
                    <NameCode name={job.kind} />
                    {[
                      job.workspaceName ?? t("operator.ofServer"),
                      t("operator.failedAfter", { count: job.attempts, ago: ago(job.endedAt) }),
                    ].join(" · ")}
                  </>
                }
                note={
                  <>
                    <div dir="auto">{job.error}</div>
                    {t("operator.keptUntil", { at: dateTime(job.forgetAt) })}
                  </>
                }
                end={
                  <Button
                    variant="default"
                    size="xs"
                    onClick={() => onRedrive(job.id)}
                    aria-label={t("operator.tryAgainJob", { kind: nameOf(job.kind) })}
                  >
                    {t("operator.tryAgain")}
                  </Button>
                }
              />
            ))}
          </Rows>
          {count > jobs.length && (
            <Text fz="sm" c="dimmed" mt="xs">
              {t("operator.newestFailed", { shown: number(jobs.length), all: number(count) })}
            </Text>
          )}
          {jobs.length > 1 && (
            <Button variant="subtle" size="xs" mt="sm" onClick={() => onRedrive()}>
              {t("operator.tryAllAgain")}
            </Button>
          )}
        </>
      )}
    </Section>
  );
}
