import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { Undone } from "@/engine/types";
import { toast } from "@/ui/feedback/Toast";

/** Takes back what was done last, or does it again, and says what came of it. */
export function useTakeBack(): {
  readonly undo: (transaction?: string) => void;
  /** Says what a transaction has just done, and offers to take it back; `null` where that leads nowhere. */
  readonly offer: (text: string, transaction: string | null) => void;
  readonly redo: () => void;
} {
  const { t } = useTranslation();
  const engine = useEngine();

  function say(undone: Undone | null, done: "undo.undone" | "undo.redone", back: () => void): void {
    if (undone === null) return;
    const left = undone.left.length > 0 ? t("undo.left", { count: undone.left.length }) : "";
    if (undone.operations.length === 0) toast({ text: left });
    else {
      const label = done === "undo.undone" ? t("actions.redo") : t("actions.undo");
      toast({ text: [t(done), left].filter(Boolean).join(" "), action: { label, run: back } });
    }
  }

  const undo = (transaction?: string) => say(engine.undo(transaction), "undo.undone", redo);
  const redo = () => say(engine.redo(), "undo.redone", undo);
  const offer = (text: string, transaction: string | null) =>
    toast({
      text,
      ...(transaction !== null && { action: { label: t("actions.undo"), run: () => undo(transaction) } }),
    });
  return { undo, redo, offer };
}
