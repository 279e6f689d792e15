import { useTranslation } from "react-i18next";
import type { RecordRef } from "@/engine/protocol";
import { columnOf } from "@/ui/list/list";
import { lists } from "../lists";

/** What a field is called on the screen where it is edited; its own name where it has none. */
export function useFieldLabel(): (record: RecordRef, field: string) => string {
  const { t } = useTranslation();
  return ({ type }, field) => {
    const list = lists.find((one) => one.type === type);
    const column = list && columnOf(list, field);
    return column === undefined ? field : t(column.label);
  };
}
