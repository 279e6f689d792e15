import type { ParseKeys } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { type FieldMeta, fieldMeta } from "@/engine/metadata";
import type { RecordRef, Value } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { nameOfCountry, nameOfCurrency, nameOfLanguage } from "@/ui/language/names";
import { valueIn } from "./useField";

/** Where the words of a type stand among the texts. */
const wordsOf = (type: RecordTypeName) => (type === "solo.customer" ? "customers" : `records.${type}`);

/** What a record of the type is called. */
export const typeKey = (type: RecordTypeName) => `${wordsOf(type)}.one` as ParseKeys;

/** What a choice of a field is called. */
export const choiceKey = (type: RecordTypeName, field: string, choice: string) =>
  `${wordsOf(type)}.${field}.${choice}` as ParseKeys;

/** What a field is called on the screen where it is edited; its own name where it has none. */
export function useFieldLabel(): (record: Pick<RecordRef, "type">, field: string) => string {
  const { t, i18n } = useTranslation();
  const engine = useEngine();
  return useCallback(
    ({ type }, field) => {
      const custom = field.startsWith("ext.")
        ? engine
            .records("access.field")
            .find(({ values }) => values.recordType === type && `ext.${values.key}` === field)
        : undefined;
      if (custom) return custom.values.label;
      const key = `${wordsOf(type)}.fields.${field}`;
      return i18n.exists(key) ? t(key as ParseKeys) : field;
    },
    [t, i18n, engine],
  );
}

/** The field that names a record in a list or a sentence. */
const namingFields = ["name", "title", "text"] as const;

/** What a record is called, by the first field that names it. */
export function useNameOf(): (type: RecordTypeName, id: string) => string | null {
  const engine = useEngine();
  return useCallback(
    (type, id) => {
      const record = engine.record(type, id);
      const field = namingFields.find((name) => fieldMeta(type, name) !== undefined);
      return record === undefined || field === undefined ? null : String(valueIn(record, field) ?? "");
    },
    [engine],
  );
}

/** A value in words: a choice, a day, an amount, the name of what a reference is to. `null` is nothing. */
export function useValueWords(): (
  meta: FieldMeta,
  type: RecordTypeName,
  value: Value,
  currency?: string | null,
) => string | null {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const nameOf = useNameOf();
  const language = i18n.language;
  return useCallback(
    (meta, type, value, currency = null) => {
      if (value === null || (Array.isArray(value) && value.length === 0)) return null;
      if (Array.isArray(value)) return value.join(", ");
      const text = String(value);
      switch (meta.kind) {
        case "choice": {
          const key = choiceKey(type, meta.name, text);
          return i18n.exists(key) ? String(t(key)) : text;
        }
        case "boolean":
          return value === true ? t("record.yes") : t("record.no");
        case "date":
          return formats.date(text);
        case "time":
          return formats.dateTime(text);
        case "integer":
          return formats.number(Number(value));
        case "money":
          return currency === null ? formats.number(Number(value)) : formats.money(Number(value), currency);
        case "reference":
          return nameOf((meta.target ?? "access.member") as RecordTypeName, text) ?? t("people.someone");
      }
      if (meta.format === "country") return nameOfCountry(language, text);
      if (meta.format === "currency") return nameOfCurrency(language, text);
      return meta.format === "language" ? nameOfLanguage(language, text) : text;
    },
    [t, i18n, language, formats, nameOf],
  );
}
