import type { ParseKeys } from "i18next";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { useFormats } from "@/ui/language/formats";
import type { Tone } from "@/ui/Pill";

/** How far a job is that I asked for. */
export type Run = View<"jobs.run">;

/** What each kind of job is called; one that this page is too old to know is called as the server calls it. */
const kinds: Readonly<Record<string, ParseKeys>> = {
  "records.import": "work.kinds.recordsImport",
  "workspace.export": "work.kinds.workspaceExport",
};

/** What each step of them counts. */
const steps = {
  records: "work.steps.records",
  log: "work.steps.log",
  rest: "work.steps.rest",
  fetched: "work.steps.fetched",
  check: "work.steps.check",
  write: "work.steps.write",
} as const;

export const tones: Readonly<Record<Run["values"]["state"], Tone>> = {
  waiting: "grey",
  running: "blue",
  done: "green",
  failed: "red",
  cancelled: "grey",
};

/** Whether something is still to come of it. */
export function isUnderWay({ values: { state } }: Run): boolean {
  return state === "waiting" || state === "running";
}

/** The newest first. */
export function newestFirst(runs: readonly Run[]): Run[] {
  return runs.toSorted((one, other) => (one.id < other.id ? 1 : -1));
}

export interface RunWords {
  readonly kind: string;
  readonly state: string;
  /** What it is at, or what came of it; empty where nothing more is to say. */
  readonly step: string;
}

/** A run in words. */
export function useRunWords(): (run: Run) => RunWords {
  const { t } = useTranslation();
  const { number } = useFormats();
  // A run that failed says why by the code of the failure.
  const why = (code: string | null) =>
    code === null ? "" : String(t(`errors.${code}` as ParseKeys, { defaultValue: t("errors.server.error") }));
  return ({ values: { kind, state, step, count } }) => {
    const name = kinds[kind];
    const known = step !== null && step in steps ? steps[step as keyof typeof steps] : undefined;
    return {
      kind: name === undefined ? kind : String(t(name)),
      state: t(`work.states.${state}`),
      step: known === undefined ? why(step) : t(known, { count: count ?? 0, n: number(count ?? 0) }),
    };
  };
}
