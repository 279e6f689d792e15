import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { set } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import { useHours } from "@/ui/language/useHours";
import { FieldRow } from "@/ui/record/FieldRow";
import { asText, hours as typedHours } from "@/ui/record/fieldText";
import { InlineText } from "@/ui/record/InlineText";
import { RecordField } from "@/ui/record/RecordField";
import { useField } from "@/ui/record/useField";
import { BudgetUse } from "./BudgetUse";
import type { Project } from "./projects";

type Kind = "none" | "time" | "money";

interface Props {
  readonly project: Project;
}

/** A budget in time or in money, and from how much of it people are told. */
export function BudgetFields({ project }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { budget, budgetMinutes, currency, customer } = project.values;
  const held: Kind = budget !== null ? "money" : budgetMinutes !== null ? "time" : "none";
  const [wanted, want] = useState<Kind | null>(null);
  const kind = held === "none" ? (wanted ?? "none") : held;
  const field = useField(project, "budget");
  const label = t("projects.budget.label");

  /** Has one budget at most, and an amount in the currency that the customer is billed in. */
  function choose(next: Kind): void {
    want(next);
    const own =
      customer === null ? null : (engine.record("solo.customer", customer)?.values.currency ?? null);
    const operations = [
      ...(next !== "money" && budget !== null ? [set("solo.project", project.id, "budget", null)] : []),
      ...(next !== "time" && budgetMinutes !== null
        ? [set("solo.project", project.id, "budgetMinutes", null)]
        : []),
      ...(next === "money" && currency === null && own !== null
        ? [set("solo.project", project.id, "currency", own)]
        : []),
    ];
    if (operations.length > 0) engine.transact(operations);
  }

  return (
    <>
      {field.canEdit && (
        <FieldRow label={label} field={{ ...field, pending: false, letter: null }}>
          <SegmentedControl
            size="xs"
            ms="0.625rem"
            aria-label={label}
            value={kind}
            onChange={choose}
            data={(["none", "time", "money"] as const).map((value) => ({
              value,
              label: t(`projects.budget.${value}`),
            }))}
          />
        </FieldRow>
      )}
      {kind === "time" && <TimeField project={project} />}
      {kind === "money" && (
        <>
          <RecordField record={project} name="currency" />
          <RecordField record={project} name="budget" />
        </>
      )}
      {kind !== "none" && (
        <>
          <BudgetUse project={project} />
          <RecordField record={project} name="warnAt" />
          <RecordField record={project} name="alertAt" />
        </>
      )}
    </>
  );
}

function TimeField({ project }: Props) {
  const { t } = useTranslation();
  const hours = useHours();
  const field = useField(project, "budgetMinutes");
  const label = t("records.solo.project.fields.budgetMinutes");
  return (
    <FieldRow label={label} field={field}>
      <InlineText
        field={asText(field, typedHours)}
        label={label}
        placeholder={t("projects.budget.hint")}
        shown={field.value === null ? null : hours(field.value)}
      />
    </FieldRow>
  );
}
