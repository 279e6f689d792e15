import { isUnderWay, newestFirst, type Run } from "@/ui/runs/runs";

export const exportKind = "workspace.export";

/** The server deletes the file a day after it was asked for. */
const lifeMs = 24 * 60 * 60 * 1000;

export function fetchedUntil(run: Run): string {
  return new Date(Date.parse(run.createdAt) + lifeMs).toISOString();
}

export function canBeFetched(run: Run, now: Date): boolean {
  return run.values.state === "done" && now.getTime() < Date.parse(run.createdAt) + lifeMs;
}

/** The export that is under way, else the newest: the server keeps one file. */
export function newestExport(runs: readonly Run[]): Run | undefined {
  const exports = newestFirst(runs.filter(({ values }) => values.kind === exportKind));
  return exports.find(isUnderWay) ?? exports[0];
}
