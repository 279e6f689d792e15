import { useCallback, useState } from "react";
import { api, type EventFilter, type EventPage, problemOf } from "@/engine/api";
import type { Complaint } from "@/ui/record/validate";
import { useWhileSeen } from "@/ui/useWhileSeen";

const pauseMs = 3_000;

interface Events extends EventPage {
  /** Whether the server is still to answer for the first time. */
  readonly isWaiting: boolean;
  readonly problem: Complaint | null;
  /** Asks for the next page; does nothing where there is none. */
  readonly more: () => void;
}

interface Trouble {
  readonly key: string;
  readonly problem: Complaint | null;
  /** Whether the person asked for more. */
  readonly isOlder: boolean;
}

const nothing: EventPage = { events: [], next: null, people: null };

/**
 * Security events behind one of `eventDoors`, page by page. They are no records, so they do not stream: the newest are asked
 * for every few seconds while somebody looks.
 */
export function useEvents(door: string, filter: EventFilter): Events {
  const key = JSON.stringify({ door, filter });
  const [held, hold] = useState<{ readonly key: string; readonly page: EventPage } | null>(null);
  const [trouble, setTrouble] = useState<Trouble>();
  const page = held?.key === key ? held.page : null;
  // What is asked for by itself again and again may fail in silence, as long as something is shown.
  const problem = trouble?.key === key && (page === null || trouble.isOlder) ? trouble.problem : null;

  const ask = useCallback(
    async (after: string | null) => {
      const asked = JSON.parse(key) as { readonly door: string; readonly filter: EventFilter };
      const found = api.events(asked.door, { ...asked.filter, ...(after === null ? {} : { after }) });
      const add = (answer: EventPage) =>
        hold((before) => ({
          key,
          page: before?.key === key ? joined(before.page, answer, after !== null) : answer,
        }));
      const problem = await problemOf(found.then(add));
      setTrouble({ key, problem, isOlder: after !== null });
    },
    [key],
  );
  useWhileSeen(
    useCallback(() => void ask(null), [ask]),
    pauseMs,
  );

  return {
    ...(page ?? nothing),
    isWaiting: page === null && problem === null,
    problem,
    more: () => {
      if (page?.next != null) void ask(page.next);
    },
  };
}

/** What is held, with the page that follows on it, or with the newest before it. */
export function joined(held: EventPage, answer: EventPage, isOlder: boolean): EventPage {
  const known = new Set(held.events.map(({ id }) => id));
  const fresh = answer.events.filter(({ id }) => !known.has(id));
  const people = { ...held.people, ...answer.people };
  if (isOlder) return { events: [...held.events, ...fresh], next: answer.next, people };
  if (fresh.length === 0) return held;
  // So many at once that some may lie between: as if it were opened anew.
  if (fresh.length === answer.events.length) return answer;
  return { events: [...fresh, ...held.events], next: held.next, people };
}
