import { useTranslation } from "react-i18next";
import { Pill, type Tone } from "@/ui/Pill";
import type { CustomerStatus } from "./customer";

export const statusTones: Record<CustomerStatus, Tone> = {
  lead: "blue",
  prospect: "violet",
  active: "green",
  dormant: "amber",
  lost: "red",
  archived: "grey",
};

export function StatusPill({ status }: { status: CustomerStatus }) {
  const { t } = useTranslation();
  return <Pill tone={statusTones[status]}>{t(`records.solo.customer.status.${status}`)}</Pill>;
}
