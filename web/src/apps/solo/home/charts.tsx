import { useTranslation } from "react-i18next";
import { useEngine, useRecords } from "@/engine/react";
import { BarChart } from "@/ui/chart/BarChart";
import { WidgetText } from "@/ui/home/WidgetText";
import { useFormats } from "@/ui/language/formats";
import { statuses } from "../customers/customer";
import { statusTones } from "../customers/StatusPill";
import { budgetTone, budgetUse } from "../projects/budget";

/** So many projects have room in a chart; those whose budget is used most. */
const mostProjects = 8;

/** How much of the budget each project under way has used. */
export function BudgetChart() {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const { workspace } = useEngine();
  const bars = useRecords("solo.project")
    .filter(({ values }) => values.state === "active")
    .flatMap(({ id, values }) => {
      const use = budgetUse(values);
      return use === null ? [] : [{ id, values, share: use.share }];
    })
    .toSorted((one, other) => other.share - one.share)
    .slice(0, mostProjects)
    .map(
      ({ id, values: { name, budgetLevel }, share }) =>
        ({
          id,
          label: name,
          value: share,
          text: percent(share),
          tone: budgetTone(budgetLevel),
          to: `/w/${workspace}/projects/${id}`,
        }) as const,
    );
  if (bars.length === 0) return <WidgetText>{t("home.budgets.empty")}</WidgetText>;
  return (
    <BarChart
      label={t("home.budgets.title")}
      heads={[t("records.solo.project.one"), t("home.budgets.share")]}
      bars={bars}
      full={100}
    />
  );
}

/** How many customers stand where, from the first contact on. */
export function LifecycleChart() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const customers = useRecords("solo.customer");
  if (customers.length === 0) return <WidgetText>{t("home.lifecycle.empty")}</WidgetText>;
  const counts = new Map<string, number>();
  for (const { values } of customers) counts.set(values.status, (counts.get(values.status) ?? 0) + 1);
  return (
    <BarChart
      label={t("home.lifecycle.title")}
      heads={[t("records.solo.customer.fields.status"), t("customers.title")]}
      bars={statuses.map((status) => ({
        id: status,
        label: t(`records.solo.customer.status.${status}`),
        value: counts.get(status) ?? 0,
        text: number(counts.get(status) ?? 0),
        tone: statusTones[status],
      }))}
    />
  );
}
