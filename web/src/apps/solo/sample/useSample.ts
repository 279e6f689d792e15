import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, at, send } from "@/engine/api";
import { remove as removeRecord } from "@/engine/operations";
import { useEngine, useIsLive, useLoaded, useMe, useRecords } from "@/engine/react";
import type { Done } from "@/engine/recordsApi";
import { announce } from "@/ui/feedback/Announcer";
import { useProblemText } from "@/ui/feedback/problemText";
import { useTakeBack } from "@/ui/record/useTakeBack";
import type { Sample } from "./sample";

interface SampleState {
  /** Nothing where the workspace holds none. */
  readonly sample: Sample | undefined;
  readonly canFill: boolean;
  readonly canRemove: boolean;
  /** Only the server fills and removes. */
  readonly isConnected: boolean;
  readonly isBusy: boolean;
  readonly trouble: string | null;
  /** Forgets the trouble. */
  readonly calm: () => void;
  readonly fill: () => Promise<void>;
  /** Answers whether it went. */
  readonly remove: () => Promise<boolean>;
  /** Makes all of it one's own: it is a sample no more. */
  readonly keep: () => void;
}

/** The sample of a workspace, by which one learns what the product is for. */
export function useSample(): SampleState {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  const sample = useRecords("solo.sample")[0];
  const isLoaded = useLoaded("solo.sample") === "ready";
  const isConnected = useIsLive();
  const problemText = useProblemText();
  const { offer, offerComposed } = useTakeBack();
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const address = at(engine.workspace, "sample");

  async function ask(method: "POST" | "DELETE"): Promise<Done | null> {
    setBusy(true);
    setTrouble(null);
    try {
      return await send<Done>(method, address, method === "POST" ? {} : undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(problemText(error.problem));
      return null;
    } finally {
      setBusy(false);
    }
  }

  return {
    sample,
    canFill: isLoaded && sample === undefined && can("solo.sample.create") && can("solo.customer.create"),
    canRemove: sample !== undefined && can("solo.sample.delete") && can("solo.customer.delete"),
    isConnected,
    isBusy,
    trouble,
    calm: () => setTrouble(null),
    async fill() {
      announce(t("sample.filling"));
      if ((await ask("POST")) !== null) announce(t("sample.filled"));
    },
    async remove() {
      const done = await ask("DELETE");
      if (done === null) return false;
      const left = done.left?.length ?? 0;
      offerComposed(
        [t("sample.removed"), left > 0 ? t("sample.left", { count: left }) : ""].filter(Boolean).join(" "),
        [done.id],
      );
      return true;
    },
    keep() {
      if (sample === undefined) return;
      offer(t("sample.kept"), engine.transact([removeRecord("solo.sample", sample.id)]).id);
    },
  };
}
