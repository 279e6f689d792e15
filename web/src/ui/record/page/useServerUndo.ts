import { useTranslation } from "react-i18next";
import { problemOf } from "@/engine/api";
import { useEngine } from "@/engine/react";
import { recordsApi } from "@/engine/recordsApi";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";

/** Takes back what the server composed: merges and imports, of which this browser does not know all. */
export function useServerUndo(): {
  readonly offer: (text: string, ...transactions: readonly string[]) => void;
  readonly undo: (transactions: readonly string[]) => Promise<void>;
} {
  const { t } = useTranslation();
  const { workspace } = useEngine();
  const problemText = useProblemText();

  async function undo(transactions: readonly string[]): Promise<void> {
    let left = 0;
    async function takeBack(): Promise<void> {
      for (const transaction of transactions.toReversed())
        left += (await recordsApi.undo(workspace, transaction)).left?.length ?? 0;
    }
    const problem = await problemOf(takeBack());
    const done = [t("undo.undone"), left > 0 ? t("undo.left", { count: left }) : ""]
      .filter(Boolean)
      .join(" ");
    toast({ text: problem === null ? done : problemText(problem) });
  }

  return {
    undo,
    offer: (text, ...transactions) =>
      toast({ text, action: { label: t("actions.undo"), run: () => void undo(transactions) } }),
  };
}
