import { SegmentedControl } from "@mantine/core";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type EventCount, eventDoors } from "@/engine/api";
import { EventList } from "@/platform/security/EventList";
import { BarChart } from "@/ui/chart/BarChart";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { useOperatorState } from "./useOperatorState";

/** What happened to people, sessions and rights on the whole server: how often, and each by itself. */
export function EventsSection() {
  const { t } = useTranslation();
  const label = t("operator.events");
  return (
    <Section title={label} lead={t("operator.eventsLead")}>
      <Counts />
      <EventList door={eventDoors.server} label={label} nameOf={nobody} />
    </Section>
  );
}

/** The answer says who they are. */
const nobody = () => null;

function Counts() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const [by, setBy] = useState<"hour" | "day">("day");
  const { state } = useOperatorState(useCallback(() => api.eventCounts(by), [by]));
  if (state === null || state.length === 0) return null;
  return (
    <>
      <SegmentedControl
        size="xs"
        my="sm"
        aria-label={t("operator.eventsOver")}
        value={by}
        onChange={(next) => setBy(next === "hour" ? "hour" : "day")}
        data={[
          { value: "day", label: t("operator.eventsDays") },
          { value: "hour", label: t("operator.eventsHours") },
        ]}
      />
      <BarChart
        label={t("operator.eventsOver")}
        heads={[t("events.kind"), t("operator.eventsTimes")]}
        bars={sums(state).map(({ name, times }) => ({
          id: name,
          label: t(`events.names.${name}`),
          value: times,
          text: number(times),
          tone: "blue" as const,
        }))}
      />
    </>
  );
}

/** How often each happened in all of the time, the most frequent first. */
function sums(counts: readonly EventCount[]): readonly Pick<EventCount, "name" | "times">[] {
  const found = new Map<EventCount["name"], number>();
  for (const { name, times } of counts) found.set(name, (found.get(name) ?? 0) + times);
  return [...found]
    .map(([name, times]) => ({ name, times }))
    .toSorted((one, other) => other.times - one.times);
}
