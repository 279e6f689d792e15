import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import { useHours } from "@/ui/language/useHours";
import { BudgetBar } from "./BudgetBar";
import { BudgetLevel } from "./BudgetLevel";
import { budgetUse } from "./budget";
import type { Project } from "./projects";
import classes from "./projects.module.css";

/** How much of the budget is used, and whether it is time to say so. Nothing where there is none. */
export function BudgetUse({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const { number, money, percent } = useFormats();
  const hours = useHours();
  const { budgetLevel, currency } = project.values;
  const use = budgetUse(project.values);
  if (use === null) return null;
  const { isTime, used, share } = use;
  const said = isTime ? hours(used) : currency === null ? number(used) : money(used, currency);
  const label = t("projects.budget.used", { used: said, share: percent(share) });
  return (
    <div className={classes.use}>
      <dt className={classes.used}>
        {label}
        {budgetLevel !== null && <BudgetLevel level={budgetLevel} />}
      </dt>
      <dd className={classes.share}>
        <BudgetBar use={use} level={budgetLevel} label={label} />
      </dd>
    </div>
  );
}
