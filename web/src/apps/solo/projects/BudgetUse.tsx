import { Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import { Pill } from "@/ui/Pill";
import { budgetUse } from "./budget";
import type { Project } from "./projects";
import classes from "./projects.module.css";

/** How much of the budget is used, and whether it is time to say so. Nothing where there is none. */
export function BudgetUse({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const { number, money, percent } = useFormats();
  const { budgetLevel, currency } = project.values;
  const use = budgetUse(project.values);
  if (use === null) return null;
  const { isTime, used, share } = use;
  const said = isTime
    ? t("projects.budget.hours", { hours: number(used / 60) })
    : currency === null
      ? number(used)
      : money(used, currency);
  const label = t("projects.budget.used", { used: said, share: percent(share) });
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
        <Progress size="sm" value={Math.min(share, 100)} aria-label={label} {...(tone && { color: tone })} />
      </dd>
    </div>
  );
}
