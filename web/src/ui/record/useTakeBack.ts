import { useTranslation } from "react-i18next";
import { ApiError, problemOf } from "@/engine/api";
import { useEngine } from "@/engine/react";
import { recordsApi } from "@/engine/recordsApi";
import type { Engine, Undone } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";

type ServerStep = NonNullable<Undone["server"]>;

/** Steps of which the server is being asked, so that nobody asks twice. */
const asked = new Set<string>();

/** Takes back what was done last, or does it again, and says what came of it. */
export function useTakeBack(): {
  readonly undo: (transaction?: string) => void;
  /** Says what a transaction has just done, and offers to take it back; `null` where that leads nowhere. */
  readonly offer: (text: string, transaction: string | null) => void;
  /** The same for what the server has composed: merges, copies, imports, of which this browser does not know all. */
  readonly offerComposed: (text: string, transactions: readonly string[]) => void;
  readonly redo: () => void;
} {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();

  function say(undone: Undone | null, done: "undo.undone" | "undo.redone", back: () => void): void {
    if (undone === null) return;
    if (undone.server) {
      void ask(undone.server, done, back);
      return;
    }
    told(done, undone.left.length, undone.operations.length > 0, back);
  }

  function told(done: "undo.undone" | "undo.redone", count: number, isDone: boolean, back: () => void): void {
    const left = count > 0 ? t("undo.left", { count }) : "";
    if (!isDone) toast({ text: left });
    else {
      const label = done === "undo.undone" ? t("actions.redo") : t("actions.undo");
      toast({ text: [t(done), left].filter(Boolean).join(" "), action: { label, run: back } });
    }
  }

  async function ask(step: ServerStep, done: "undo.undone" | "undo.redone", back: () => void): Promise<void> {
    if (engine.status().connection !== "live") toast({ text: t("undo.needsConnection") });
    else if (!asked.has(step.id)) {
      asked.add(step.id);
      const { made, left, problem } = await takeBack(engine, step);
      asked.delete(step.id);
      if (problem === null) told(done, left, made > 0, back);
      else toast({ text: problemText(problem) });
    }
  }

  const undo = (transaction?: string) => say(engine.undo(transaction), "undo.undone", redo);
  const redo = () => say(engine.redo(), "undo.redone", undo);
  const offer = (text: string, transaction: string | null) =>
    toast({
      text,
      ...(transaction !== null && { action: { label: t("actions.undo"), run: () => undo(transaction) } }),
    });
  function offerComposed(text: string, transactions: readonly string[]): void {
    engine.composed(transactions);
    offer(text, transactions[0] ?? null);
  }
  return { undo, redo, offer, offerComposed };
}

/** The newest first, as far as the server goes along; what it did not answer for good stays to be taken back. */
async function takeBack(engine: Engine, step: ServerStep) {
  const made: string[] = [];
  let open = step.server ?? [];
  let left = 0;
  async function all(): Promise<void> {
    for (const transaction of open.toReversed()) {
      const settled = () => {
        open = open.filter((one) => one !== transaction);
      };
      const answer = await recordsApi.undo(engine.workspace, transaction).catch((error: unknown) => {
        if (!isPassing(error)) settled();
        throw error;
      });
      settled();
      if (answer.id !== undefined) made.push(answer.id);
      left += answer.left?.length ?? 0;
    }
  }
  const problem = await problemOf(all());
  engine.composed(made, { step, open });
  return { made: made.length, left, problem };
}

/** Whether the same may go another time. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.isOpen || [401, 429].includes(error.problem.status);
}
