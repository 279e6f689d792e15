import { useTranslation } from "react-i18next";
import { ApiError } from "@/engine/api";
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
  const { undo } = useTakeBack();
  const problemText = useProblemText();
  return async ({ version, at }) => {
    try {
      const past = await recordsApi.past(engine.workspace, record.type, record.id, version);
      const operations = operationsBack(record, past.values);
      if (operations.length === 0) {
        toast({ text: t("history.same") });
        return;
      }
      const { id } = engine.transact(operations);
      toast({
        text: t("history.done", { when: dateTime(at) }),
        action: { label: t("actions.undo"), run: () => undo(id) },
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast({ text: problemText(error.problem) });
    }
  };
}
