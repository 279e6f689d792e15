import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { QueueState } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import { useOperatorNames } from "./names";

interface Props {
  readonly queue: QueueState;
  readonly onPause: () => void;
  readonly onResume: () => void;
}

export function QueueRow({ queue, onPause, onResume }: Props) {
  const { t } = useTranslation();
  const { duration, number } = useFormats();
  const name = useOperatorNames()(queue.queue);
  const { waiting, running, later, failed, oldest, paused } = queue;
  const counts = [
    t("operator.waiting", { count: waiting, n: number(waiting) }),
    t("operator.running", { count: running, n: number(running) }),
    t("operator.later", { count: later, n: number(later) }),
    ...(failed === 0 ? [] : [t("operator.failures", { count: failed, n: number(failed) })]),
    ...(oldest === null ? [] : [t("operator.oldest", { age: duration(oldest) })]),
  ];
  return (
    <Row
      name={name}
      detail={counts.join(" · ")}
      end={
        <>
          <Pill tone={paused ? "amber" : "green"}>{paused ? t("operator.paused") : t("operator.runs")}</Pill>
          <Button
            variant="default"
            size="xs"
            onClick={paused ? onResume : onPause}
            aria-label={t(paused ? "operator.resumeQueue" : "operator.pauseQueue", { queue: name })}
          >
            {paused ? t("operator.resume") : t("operator.pause")}
          </Button>
        </>
      }
    />
  );
}
