import { useTranslation } from "react-i18next";
import type { SoloProject } from "@/contract/contract";
import { Pill } from "@/ui/Pill";
import { budgetTone } from "./budget";

interface Props {
  readonly level: NonNullable<SoloProject["budgetLevel"]>;
}

/** That it is time to speak about the budget. */
export function BudgetLevel({ level }: Props) {
  const { t } = useTranslation();
  return <Pill tone={budgetTone(level)}>{t(`records.solo.project.budgetLevel.${level}`)}</Pill>;
}
