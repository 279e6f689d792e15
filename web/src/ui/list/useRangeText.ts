import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import { useHours } from "@/ui/language/useHours";
import { textForm } from "@/ui/record/fieldText";
import { kindOf } from "./fields";
import type { Column, ListDeclaration } from "./list";
import { isRanged, readRange } from "./ranges";

/** Says a range in words; `null` for a column that is filtered by values. */
export function useRangeText(list: ListDeclaration): (column: Column, text: string) => string | null {
  const { t } = useTranslation();
  const { date, number } = useFormats();
  const hours = useHours();
  return ({ field, hours: inHours }, text) => {
    const kind = kindOf(list, field);
    const range = isRanged(kind) ? readRange(kind, text) : null;
    if (range === null) return null;
    const write = (end: string) => {
      if (kind === "date" || kind === "time") return date(end);
      if (inHours === true) return hours(Number(end));
      return number(kind === "money" ? Number(money.write(Number(end))) : Number(end));
    };
    const [from, to] = [range.from && write(range.from), range.to && write(range.to)];
    if (from === null) return t("list.filter.upTo", { to });
    return to === null ? t("list.filter.since", { from }) : t("list.filter.between", { from, to });
  };
}

/** Amounts of several currencies are compared by the smallest unit, which most have a hundred of. */
const money = textForm({ name: "", kind: "money", required: false });
