import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type UnsentWork, unsentWork } from "@/engine/indexedStore";
import type { DeadLetter } from "@/engine/types";
import { useAccount } from "./session";

/** How many changes would be lost with what this browser keeps. */
export interface Loss {
  readonly waiting: number;
  /** Those that the server refused, with what waits for each. */
  readonly refused: number;
}

export const noLoss: Loss = { waiting: 0, refused: 0 };

export function isLoss({ waiting, refused }: Loss): boolean {
  return waiting + refused > 0;
}

/** What of it lies in this browser, of a person or of everybody, in all workspaces but the one that is open. */
export async function unsentOf(user?: string, open?: string): Promise<readonly UnsentWork[]> {
  // What cannot be read can be sent no more, and must keep nobody from leaving.
  const work = await unsentWork().catch(() => []);
  return work.filter((one) => (user === undefined || one.user === user) && one.workspace !== open);
}

export function lossOf(work: readonly UnsentWork[]): Loss {
  return {
    waiting: work.reduce((sum, { waiting }) => sum + waiting.length, 0),
    refused: work.reduce((sum, { refused }) => sum + refusedIn(refused), 0),
  };
}

/** How many transactions are in these letters. */
export function refusedIn(letters: readonly DeadLetter[]): number {
  return letters.reduce((sum, { held }) => sum + 1 + held.length, 0);
}

/** The same for whoever is signed in, read when it is asked for. */
export function useUnsentElsewhere(open: string, isAsked: boolean): readonly UnsentWork[] {
  const user = useAccount()?.user.id;
  const [work, setWork] = useState<readonly UnsentWork[]>([]);
  useEffect(() => {
    if (isAsked && user !== undefined) void unsentOf(user, open).then(setWork);
  }, [isAsked, user, open]);
  return work;
}

/** Says what would be lost, each kind in a sentence of its own; nothing where nothing would. */
export function useLossText(): (loss: Loss) => string {
  const { t } = useTranslation();
  return ({ waiting, refused }) =>
    [
      waiting > 0 ? t("signOut.unsent", { count: waiting }) : "",
      refused > 0 ? t("signOut.refused", { count: refused }) : "",
    ]
      .filter(Boolean)
      .join(" ");
}
