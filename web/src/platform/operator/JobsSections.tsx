import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { Section } from "@/ui/layout/Page";
import { Rows } from "@/ui/layout/Rows";
import { FailedJobs } from "./FailedJobs";
import { QueueRow } from "./QueueRow";
import { ScheduleRow } from "./ScheduleRow";
import { useOperatorState } from "./useOperatorState";
import { WorkerRow } from "./WorkerRow";

/** Work that is done later: what waits, what failed, who does it, what recurs. */
export function JobsSections() {
  const { t } = useTranslation();
  const { state, isWaiting, act } = useOperatorState(api.operatorJobs);
  if (state === null) {
    return (
      <Section title={t("operator.queues")} lead={t("operator.queuesLead")}>
        {isWaiting && <Skeleton h={56} mt="sm" radius="md" />}
      </Section>
    );
  }
  return (
    <>
      <Section title={t("operator.queues")} lead={t("operator.queuesLead")}>
        <Rows label={t("operator.queues")}>
          {state.queues.map((queue) => (
            <QueueRow
              key={queue.queue}
              queue={queue}
              onPause={() => act(() => api.pauseQueue(queue.queue))}
              onResume={() => act(() => api.resumeQueue(queue.queue))}
            />
          ))}
        </Rows>
      </Section>
      <FailedJobs
        jobs={state.failed}
        count={state.queues.reduce((sum, { failed }) => sum + failed, 0)}
        onRedrive={(job) => act(() => api.redriveJobs(job))}
      />
      <Section title={t("operator.workers")} lead={t("operator.workersLead")}>
        <Rows label={t("operator.workers")}>
          {state.workers.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} />
          ))}
        </Rows>
      </Section>
      <Section title={t("operator.schedules")} lead={t("operator.schedulesLead")}>
        <Rows label={t("operator.schedules")}>
          {state.schedules.map((schedule) => (
            <ScheduleRow key={schedule.name} schedule={schedule} />
          ))}
        </Rows>
      </Section>
    </>
  );
}
