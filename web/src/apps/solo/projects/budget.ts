import type { Project } from "./projects";

/** How much of a budget is used: minutes, or the smallest unit of the currency. */
export interface Use {
  readonly isTime: boolean;
  readonly used: number;
  /** In hundredths; more than 100 where it is overdrawn. */
  readonly share: number;
}

/** `null` where there is no budget. */
export function budgetUse({ budget, budgetMinutes, spent, spentMinutes }: Project["values"]): Use | null {
  const isTime = budgetMinutes !== null;
  const whole = isTime ? budgetMinutes : budget;
  if (whole === null || whole === 0) return null;
  const used = (isTime ? spentMinutes : spent) ?? 0;
  return { isTime, used, share: (100 * used) / whole };
}

type Level = Project["values"]["budgetLevel"];

/** How a budget looks: well, soon used up, or used up. */
export function budgetTone(level: NonNullable<Level>): "amber" | "red";
export function budgetTone(level: Level): "green" | "amber" | "red";
export function budgetTone(level: Level): "green" | "amber" | "red" {
  return level === "alert" ? "red" : level === "warn" ? "amber" : "green";
}
