import { useTranslation } from "react-i18next";
import { problemOf } from "@/engine/api";
import type { WireRecord } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import { type HistoryEntry, recordsApi } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { useFormats } from "@/ui/language/formats";
import { useTakeBack } from "../useTakeBack";
import { operationsBack } from "./putBack";

/** Puts a record back to how it stood after an entry of its history: one transaction, which can be taken back. */
export function usePutBack(record: View): (entry: HistoryEntry) => Promise<void> {
  const { t } = useTranslation();
  const engine = useEngine();
  const { dateTime } = useFormats();
  const { offer } = useTakeBack();
  const problemText = useProblemText();
  return async ({ version, at }) => {
    function putBack({ values }: WireRecord): void {
      const operations = operationsBack(record, values);
      if (operations.length === 0) toast({ text: t("history.same") });
      else offer(t("history.done", { when: dateTime(at) }), engine.transact(operations).id);
    }
    const asked = recordsApi.past(engine.workspace, record.type, record.id, version);
    const problem = await problemOf(asked.then(putBack));
    if (problem !== null) toast({ text: problemText(problem) });
  };
}
