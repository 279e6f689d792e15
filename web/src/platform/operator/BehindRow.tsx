import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { ConsumerPlace } from "@/engine/api";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";
import { useOperatorNames } from "./names";
import classes from "./OperatorPage.module.css";

interface Props {
  readonly place: ConsumerPlace;
  readonly onRetry: () => void;
  readonly onSkip: () => void;
}

/** A workspace in which a consumer lags or is stuck. */
export function BehindRow({ place, onRetry, onSkip }: Props) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const [asking, ask] = useDisclosure(false);
  const { workspaceId, seq, next, head, error } = place;
  const consumer = useOperatorNames()(place.consumer);
  const at = { consumer, workspace: workspaceId };
  return (
    <Row
      name={t("operator.inWorkspace", at)}
      detail={t("operator.position", { seq: number(seq), head: number(head) })}
      note={error === null ? null : <Poison place={place} />}
      end={
        error !== null && (
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={onRetry} aria-label={t("operator.retryAt", at)}>
              {t("operator.tryAgain")}
            </Button>
            <Button variant="default" size="xs" onClick={ask.open} aria-label={t("operator.skipAt", at)}>
              {t("operator.skip")}
            </Button>
            <ConfirmDialog
              opened={asking}
              onClose={ask.close}
              title={t("operator.skipTitle", { seq: number(next ?? seq), consumer })}
              text={t("operator.skipText")}
              confirm={t("operator.skip")}
              onConfirm={onSkip}
            />
          </Group>
        )
      }
    />
  );
}

function Poison({ place: { next, seq, attempts, error, failingSince, retryAt } }: Pick<Props, "place">) {
  const { t } = useTranslation();
  const { ago, dateTime, number } = useFormats();
  return (
    <>
      {t("operator.poison", {
        count: attempts,
        n: number(attempts),
        seq: number(next ?? seq),
        ago: failingSince === null ? "" : ago(failingSince),
      })}
      {retryAt !== null && ` · ${t("operator.retryNext", { at: dateTime(retryAt) })}`}
      <code className={classes.error} dir="auto">
        {error}
      </code>
    </>
  );
}
