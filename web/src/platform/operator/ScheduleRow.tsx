import { useTranslation } from "react-i18next";
import type { ScheduleState } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";
import { NameCode } from "./NameCode";
import { useOperatorNames } from "./names";

export function ScheduleRow({ schedule }: { schedule: ScheduleState }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const { name, expression, zone, nextAt } = schedule;
  const nameOf = useOperatorNames();
  return (
    <Row
      name={nameOf(name)}
      detail={
        <>
          <NameCode name={name} />
          {t("operator.next", { at: dateTime(nextAt), expression, zone })}
        </>
      }
    />
  );
}
