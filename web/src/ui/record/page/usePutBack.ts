import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/engine/api";
import type { FieldMeta } from "@/engine/metadata";
import type { WireRecord } from "@/engine/protocol";
import { useEngine, useMe } from "@/engine/react";
import { type HistoryEntry, recordsApi } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { useFormats } from "@/ui/language/formats";
import { useTakeBack } from "../useTakeBack";
import { changesBack, isOnlyThat, operationsBack, type WayBack } from "./putBack";

interface PuttingBack {
  readonly ask: (entry: HistoryEntry) => Promise<void>;
  /** What waits for a yes: more would change than the entry names. */
  readonly way: WayBack | null;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

/** Puts a record back to how it stood after an entry of its history: one transaction, which can be taken back. */
export function usePutBack(record: View): PuttingBack {
  const { t } = useTranslation();
  const engine = useEngine();
  const rights = useMe();
  const mayChange = (field: FieldMeta) => rights.changes(record.type, field);
  const { dateTime } = useFormats();
  const { offer } = useTakeBack();
  const problemText = useProblemText();
  const [way, setWay] = useState<WayBack | null>(null);

  function putBack({ at, past }: Pick<WayBack, "at" | "past">): void {
    const operations = operationsBack(engine.record(record.type, record.id) ?? record, past, mayChange);
    if (operations.length === 0) toast({ text: t("history.same") });
    else offer(t("history.done", { when: dateTime(at) }), engine.transact(operations).id);
  }

  return {
    way,
    async ask(entry) {
      function answered({ values: past }: WireRecord): void {
        const { at } = entry;
        const changes = changesBack(record, past, mayChange);
        if (changes.length === 0 || isOnlyThat(entry, changes)) putBack({ at, past });
        else setWay({ at, past, changes });
      }
      const asked = recordsApi.past(engine.workspace, record.type, record.id, entry.version);
      const problem = await problemOf(asked.then(answered));
      if (problem !== null) toast({ text: problemText(problem) });
    },
    confirm() {
      if (way !== null) putBack(way);
      setWay(null);
    },
    cancel: () => setWay(null),
  };
}
