import { useTranslation } from "react-i18next";
import { eventDoors } from "@/engine/api";
import { EventList } from "@/platform/security/EventList";
import { Section } from "@/ui/layout/Page";

/** What happened to my account: sign-ins good and bad, and what changed. */
export function ActivityTab() {
  const { t } = useTranslation();
  const label = t("account.activity.title");
  return (
    <Section title={label} lead={t("account.activity.lead")}>
      <EventList door={eventDoors.mine} label={label} nameOf={null} />
    </Section>
  );
}
