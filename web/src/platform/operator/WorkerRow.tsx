import { useTranslation } from "react-i18next";
import type { WorkerState } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";

/** A worker shows itself every few seconds. One that is silent for longer may be stuck. */
const longestSilence = 10;

export function WorkerRow({ worker }: { worker: WorkerState }) {
  const { t } = useTranslation();
  const { ago, duration, number } = useFormats();
  const silent = worker.silence > longestSilence;
  return (
    <Row
      name={worker.host}
      detail={[
        t("operator.startedAgo", { ago: ago(worker.startedAt) }),
        t("operator.running", { count: worker.running, n: number(worker.running) }),
      ].join(" · ")}
      end={
        <Pill tone={silent ? "red" : "green"}>
          {silent ? t("operator.silent", { time: duration(worker.silence) }) : t("operator.alive")}
        </Pill>
      }
    />
  );
}
