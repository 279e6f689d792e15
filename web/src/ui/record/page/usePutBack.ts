import { useTranslation } from "react-i18next";
import { ApiError } from "@/engine/api";
import { typeMeta } from "@/engine/metadata";
import type { Operation, Values } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import { type HistoryEntry, recordsApi } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { useFormats } from "@/ui/language/formats";
import { valueIn } from "../useField";
import { useTakeBack } from "../useTakeBack";

/** What gives a record the values that it had; nothing of what it still has. */
export function operationsBack(record: View, past: Values): readonly Operation[] {
  const { type, id } = record;
  const known = typeMeta(type).fields.filter(({ readOnly, kind }) => readOnly !== true && kind !== "secret");
  const custom = [...Object.keys(past), ...Object.keys(record.values)].filter((name) =>
    name.startsWith("ext."),
  );
  return [...new Set([...known.map(({ name }) => name), ...custom])].flatMap((field) => {
    const value = past[field] ?? null;
    return JSON.stringify(value) === JSON.stringify(valueIn(record, field))
      ? []
      : [{ op: "set", type, id, field, value } as const];
  });
}

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
