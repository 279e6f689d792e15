import { useTranslation } from "react-i18next";
import { Pill, type Tone } from "@/ui/Pill";
import type { ProjectState } from "./projects";

const tones: Record<ProjectState, Tone> = {
  draft: "blue",
  active: "green",
  completed: "violet",
  archived: "grey",
};

export function StatePill({ state }: { readonly state: ProjectState }) {
  const { t } = useTranslation();
  return <Pill tone={tones[state]}>{t(`records.solo.project.state.${state}`)}</Pill>;
}
