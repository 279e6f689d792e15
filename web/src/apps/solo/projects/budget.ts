import type { Project } from "./projects";

/** How much of a budget is used: minutes, or the smallest unit of the currency. */
export interface Use {
  readonly isTime: boolean;
  readonly used: number;
  readonly whole: number;
  /** In hundredths; more than 100 where it is overdrawn. */
  readonly share: number;
}

/** `null` where there is no budget. */
export function budgetUse({ budget, budgetMinutes, spent, spentMinutes }: Project["values"]): Use | null {
  const isTime = budgetMinutes !== null;
  const whole = isTime ? budgetMinutes : budget;
  if (whole === null || whole === 0) return null;
  const used = (isTime ? spentMinutes : spent) ?? 0;
  return { isTime, used, whole, share: (100 * used) / whole };
}
