import { useTranslation } from "react-i18next";
import { projectsAtRisk, tasksDue } from "@/apps/solo/home/needs";
import { openInvites } from "@/platform/home/openInvites";
import { refusedWrites } from "@/platform/home/refusedWrites";
import { Lines } from "@/ui/home/Lines";
import { byUrgency, type NeedSource } from "@/ui/home/needs";
import { Pill } from "@/ui/Pill";
import { subjects } from "./subjects";

/** All that can wait for people; what a later part knows of is a line here. */
const sources: readonly NeedSource[] = [refusedWrites(subjects), tasksDue, projectsAtRisk, openInvites];

/** What waits for me, the most pressing first. */
export function NeedsMe() {
  const { t } = useTranslation();
  // biome-ignore lint/correctness/useHookAtTopLevel: the sources are the same at every drawing
  const needs = byUrgency(sources.flatMap(({ useNeeds }) => useNeeds()));
  return (
    <Lines
      label={t("home.needs.title")}
      empty={t("home.needs.empty")}
      lines={needs.map(({ id, icon: NeedIcon, name, detail, sign, tone, to }) => ({
        id,
        mark: <NeedIcon size={17} stroke={1.7} aria-hidden />,
        name,
        detail,
        end: <Pill tone={tone}>{sign}</Pill>,
        ...(to !== undefined && { to }),
      }))}
    />
  );
}
