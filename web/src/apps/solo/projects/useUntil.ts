import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { today } from "@/ui/language/days";
import { useFormats } from "@/ui/language/formats";
import { isLate, type Project } from "./projects";

/** Says until when a project goes, or went; `null` where it has no last day. */
export function useUntil(): (project: Project) => string | null {
  const { t } = useTranslation();
  const { date } = useFormats();
  return useCallback(
    (project) => {
      const { endsOn } = project.values;
      if (endsOn === null) return null;
      return t(isLate(project, today()) ? "projects.wasUntil" : "projects.until", { day: date(endsOn) });
    },
    [t, date],
  );
}
