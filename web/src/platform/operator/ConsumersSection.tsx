import { Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { Section } from "@/ui/layout/Page";
import { Rows } from "@/ui/layout/Rows";
import { BehindRow } from "./BehindRow";
import { ConsumerRow } from "./ConsumerRow";
import { useOperatorState } from "./useOperatorState";

/** What reads the log after the fact: how far each has come, and where one is stuck. */
export function ConsumersSection() {
  const { t } = useTranslation();
  const { state, isWaiting, act } = useOperatorState(api.operatorConsumers);
  return (
    <Section title={t("operator.consumers")} lead={t("operator.consumersLead")}>
      {isWaiting && <Skeleton h={56} mt="sm" radius="md" />}
      {state?.consumers.length === 0 && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("operator.noConsumers")}
        </Text>
      )}
      {state !== null && state.consumers.length > 0 && (
        <Rows label={t("operator.consumers")}>
          {state.consumers.map((consumer) => (
            <ConsumerRow
              key={consumer.consumer}
              consumer={consumer}
              onPause={() => act(() => api.pauseConsumer(consumer.consumer))}
              onResume={() => act(() => api.resumeConsumer(consumer.consumer))}
              onRebuild={() => act(() => api.rebuildConsumer(consumer.consumer))}
            />
          ))}
        </Rows>
      )}
      {state !== null && state.behind.length > 0 && (
        <Rows label={t("operator.behind")}>
          {state.behind.map((place) => (
            <BehindRow
              key={`${place.consumer} ${place.workspaceId}`}
              place={place}
              onRetry={() => act(() => api.retryConsumer(place))}
              onSkip={() => act(() => api.skipEntry(place))}
            />
          ))}
        </Rows>
      )}
    </Section>
  );
}
