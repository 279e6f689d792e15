import { Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import { Pill } from "@/ui/Pill";
import type { Project } from "./projects";
import classes from "./projects.module.css";

/** How much of the budget is used, and whether it is time to say so. Nothing where there is none. */
export function BudgetUse({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const { number, money, percent } = useFormats();
  const { budget, budgetMinutes, budgetLevel, currency, spent, spentMinutes } = project.values;
  const inTime = budgetMinutes !== null;
  const whole = inTime ? budgetMinutes : budget;
  if (whole === null || whole === 0) return null;
  const used = (inTime ? spentMinutes : spent) ?? 0;
  const said = inTime
    ? t("projects.budget.hours", { hours: number(used / 60) })
    : currency === null
      ? number(used)
      : money(used, currency);
  const label = t("projects.budget.used", { used: said, share: percent((100 * used) / whole) });
  const tone = budgetLevel === "alert" ? "red" : budgetLevel === "warn" ? "yellow" : undefined;
  return (
    <div className={classes.use}>
      <dt className={classes.used}>
        {label}
        {budgetLevel !== null && (
          <Pill tone={budgetLevel === "alert" ? "red" : "amber"}>
            {t(`records.solo.project.budgetLevel.${budgetLevel}`)}
          </Pill>
        )}
      </dt>
      <dd className={classes.share}>
        <Progress
          size="sm"
          value={Math.min((100 * used) / whole, 100)}
          aria-label={label}
          {...(tone && { color: tone })}
        />
      </dd>
    </div>
  );
}
