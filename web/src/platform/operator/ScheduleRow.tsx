import { useTranslation } from "react-i18next";
import type { ScheduleState } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";

export function ScheduleRow({ schedule }: { schedule: ScheduleState }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const { name, expression, zone, nextAt } = schedule;
  return <Row name={name} detail={t("operator.next", { at: dateTime(nextAt), expression, zone })} />;
}
