import { useCallback, useEffect, useState } from "react";
import { api, type EventFilter, type EventPage, problemOf } from "@/engine/api";
import type { Complaint } from "@/ui/record/validate";

interface Events extends EventPage {
  /** Whether the server is still to answer for the first time. */
  readonly isWaiting: boolean;
  readonly problem: Complaint | null;
  /** Asks for the next page; does nothing where there is none. */
  readonly more: () => void;
}

const nothing: EventPage = { events: [], next: null, people: null };

/** Security events behind one of `eventDoors`, page by page. They are no records, so they come when they are asked for. */
export function useEvents(door: string, filter: EventFilter): Events {
  const key = JSON.stringify(filter);
  const [shown, setShown] = useState<{ readonly key: string; readonly page: EventPage } | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);
  const page = shown?.key === key ? shown.page : null;

  const ask = useCallback(
    async (before: EventPage, isCurrent: () => boolean) => {
      const wanted = {
        ...(JSON.parse(key) as EventFilter),
        ...(before.next === null ? {} : { after: before.next }),
      };
      const found = await problemOf(
        api.events(door, wanted).then(({ events, next, people }) => {
          if (!isCurrent()) return;
          const whole = {
            events: [...before.events, ...events],
            next,
            people: { ...before.people, ...people },
          };
          setShown({ key, page: whole });
        }),
      );
      if (isCurrent()) setProblem(found);
    },
    [door, key],
  );

  useEffect(() => {
    let isCurrent = true;
    void ask(nothing, () => isCurrent);
    return () => {
      isCurrent = false;
    };
  }, [ask]);

  return {
    ...(page ?? nothing),
    isWaiting: page === null && problem === null,
    problem,
    more: () => {
      if (page?.next != null) void ask(page, () => true);
    },
  };
}
