import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import type { Column, ListDeclaration } from "./list";
import { valueIn } from "./list";

/** Says one value of a column in words: a choice, a currency, the name of what a reference is to. */
export function useValueText(list: ListDeclaration): (column: Column, value: string) => string {
  const { t, i18n } = useTranslation();
  const engine = useEngine();
  return useCallback(
    (column, value) => {
      const said = column.textOf?.(value, i18n.language);
      if (said !== undefined) return typeof said === "string" ? t(said) : said.name;
      const { target } = fieldMeta(list.type, column.field) ?? {};
      if (target === undefined) return value;
      const record = engine.record(target as RecordTypeName, value);
      return record === undefined ? t("people.someone") : String(valueIn(record, "name") ?? "");
    },
    [list, engine, t, i18n.language],
  );
}
