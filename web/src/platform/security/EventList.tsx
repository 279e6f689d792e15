import { Button, Skeleton, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type EventFilter, type SecurityEvent } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { Rows } from "@/ui/layout/Rows";
import type { Complaint } from "@/ui/record/validate";
import { downloadProven } from "@/ui/transfer/download";
import { EventRow } from "./EventRow";
import { EventTools } from "./EventTools";
import { useEvents } from "./useEvents";

interface Props {
  /** One of `eventDoors`. */
  readonly door: string;
  readonly label: string;
  /** What somebody is called; `null` where the events are all of one person, who need not be named. */
  readonly nameOf: ((user: string) => string | null) | null;
}

/** What happened to people, sessions and rights: the newest first, filtered, and as a file. */
export function EventList({ door, label, nameOf }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [filter, setFilter] = useState<EventFilter>({});
  const { events, next, people, isWaiting, problem, more } = useEvents(door, filter);
  const isAway = problem?.code === "network.unreachable";
  const [unsaved, setUnsaved] = useState<Complaint | null>(null);
  const name = ({ user }: SecurityEvent) =>
    user === null || nameOf === null ? null : (people?.[user]?.name ?? nameOf(user) ?? t("people.someone"));
  async function save(address: string): Promise<void> {
    setUnsaved(await downloadProven(address));
  }
  const trouble = problem ?? unsaved;
  return (
    <>
      <EventTools
        filter={filter}
        onFilter={setFilter}
        onFile={(format) => void save(api.eventsFile(door, filter, format))}
        person={
          filter.user === undefined ? null : (people?.[filter.user]?.name ?? nameOf?.(filter.user) ?? null)
        }
      />
      <Trouble mt="sm" text={trouble === null || isAway ? null : problemText(trouble)} />
      {isAway && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("record.needsConnection")}
        </Text>
      )}
      {isWaiting && <Skeleton h={56} mt="sm" radius="md" />}
      {!isWaiting && problem === null && events.length === 0 && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("events.none")}
        </Text>
      )}
      {events.length > 0 && (
        <Rows label={label}>
          {events.map((event) => (
            <EventRow
              key={event.id}
              event={event}
              person={name(event)}
              onPerson={nameOf === null ? null : (user) => setFilter({ ...filter, user })}
            />
          ))}
        </Rows>
      )}
      {next !== null && (
        <Button variant="default" size="xs" mt="sm" onClick={more}>
          {t("events.more")}
        </Button>
      )}
    </>
  );
}
