import { Progress } from "@mantine/core";
import { budgetTone, type Use } from "./budget";
import type { Project } from "./projects";

interface Props {
  readonly use: Use;
  readonly level: Project["values"]["budgetLevel"];
  readonly label: string;
  readonly className?: string | undefined;
}

const colours = { green: "var(--hf-green)", amber: "var(--hf-pending)", red: "var(--hf-danger)" };

/** How much of a budget is used, as a bar. */
export function BudgetBar({ use, level, label, className }: Props) {
  return (
    <Progress
      className={className ?? ""}
      size="sm"
      value={Math.min(use.share, 100)}
      aria-label={label}
      color={colours[budgetTone(level)]}
    />
  );
}
