import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { ConsumerSum } from "@/engine/api";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import { NameCode } from "./NameCode";
import { useOperatorNames } from "./names";

interface Props {
  readonly consumer: ConsumerSum;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onRebuild: () => void;
}

export function ConsumerRow({ consumer, onPause, onResume, onRebuild }: Props) {
  const { t } = useTranslation();
  const [asking, ask] = useDisclosure(false);
  const { isPaused } = consumer;
  const name = useOperatorNames()(consumer.consumer);
  return (
    <Row
      name={name}
      detail={
        <>
          <NameCode name={consumer.consumer} />
          <Progress consumer={consumer} />
        </>
      }
      end={
        <>
          <State consumer={consumer} />
          <Button
            variant="default"
            size="xs"
            onClick={isPaused ? onResume : onPause}
            aria-label={t(isPaused ? "operator.resumeConsumer" : "operator.pauseConsumer", { name })}
          >
            {isPaused ? t("operator.resume") : t("operator.pause")}
          </Button>
          {consumer.canRebuild && (
            <Button
              variant="default"
              size="xs"
              onClick={ask.open}
              aria-label={t("operator.rebuildConsumer", { name })}
            >
              {t("operator.rebuild")}
            </Button>
          )}
          <ConfirmDialog
            opened={asking}
            onClose={ask.close}
            title={t("operator.rebuildConsumer", { name })}
            text={t("operator.rebuildText")}
            confirm={t("operator.rebuild")}
            onConfirm={onRebuild}
          />
        </>
      }
    />
  );
}

function Progress({ consumer: { workspaces, dirty, lag, oldest } }: Pick<Props, "consumer">) {
  const { t } = useTranslation();
  const { duration, number } = useFormats();
  if (lag === 0) return t("operator.allRead", { count: workspaces, n: number(workspaces) });
  return [
    t("operator.lag", { count: lag, n: number(lag) }),
    t("operator.dirty", { count: workspaces, n: number(dirty), all: number(workspaces) }),
    ...(oldest === null ? [] : [t("operator.oldest", { age: duration(oldest) })]),
  ].join(" · ");
}

function State({ consumer: { isPaused, failing, lag } }: Pick<Props, "consumer">) {
  const { t } = useTranslation();
  const { number } = useFormats();
  if (failing > 0)
    return <Pill tone="red">{t("operator.failsIn", { count: failing, n: number(failing) })}</Pill>;
  if (isPaused) return <Pill tone="amber">{t("operator.paused")}</Pill>;
  return (
    <Pill tone={lag > 0 ? "blue" : "green"}>{lag > 0 ? t("operator.reads") : t("operator.upToDate")}</Pill>
  );
}
