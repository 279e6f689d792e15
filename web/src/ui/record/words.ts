import type { ParseKeys } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { type FieldMeta, fieldMeta } from "@/engine/metadata";
import type { RecordRef, Value } from "@/engine/protocol";
import { useEngine, useRecord } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { useFormats } from "@/ui/language/formats";
import { nameOfCountry, nameOfCurrency, nameOfLanguage } from "@/ui/language/names";
import { definitionOf, useFieldMeta } from "./customFields";
import { useMissingName } from "./people";
import { type Field, valueIn } from "./useField";
import type { Complaint } from "./validate";

/** What a record of the type is called. */
export const typeKey = (type: RecordTypeName) => `records.${type}.one` as ParseKeys;

/** So many records of the type, in words; of the types that refer to another. */
export const countKey = (type: RecordTypeName) => `records.${type}.count` as "records.solo.contact.count";

/** What a field is called on the screen where it is edited; its own name where it has none. */
export function useFieldLabel(): (record: Pick<RecordRef, "type">, field: string) => string {
  const { t, i18n } = useTranslation();
  const engine = useEngine();
  return useCallback(
    ({ type }, field) => {
      const custom = definitionOf(engine, type, field);
      if (custom !== undefined) return custom.label;
      const key = `records.${type}.fields.${field}`;
      return i18n.exists(key) ? t(key as ParseKeys) : field;
    },
    [t, i18n, engine],
  );
}

/** What is wrong with a field, in words; where that lies in another field of the record, which one. */
export function useComplaintText(): (field: Pick<Field, "type" | "name">, complaint: Complaint) => string {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const labelOf = useFieldLabel();
  return useCallback(
    ({ type, name }, complaint) => {
      const text = problemText(complaint);
      if (complaint.field === undefined || complaint.field === name) return text;
      const field = labelOf({ type }, complaint.field);
      return complaint.code === "field.required"
        ? t("record.missing", { field })
        : t("record.elsewhere", { field, text });
    },
    [t, problemText, labelOf],
  );
}

/** What names the records of a type that has no list of its own: the first of these that it has. */
const usualNames = ["name", "title", "label", "text"] as const;

const namedBy = new Map<RecordTypeName, string>();

/** The field by which records of this type are called from now on, wherever one is named. `defineList` says it. */
export function nameBy(type: RecordTypeName, field: string): void {
  namedBy.set(type, field);
}

/** The field that names a record in a list, a heading or a sentence; `undefined` where none does. */
export function namingField(type: RecordTypeName): string | undefined {
  return namedBy.get(type) ?? usualNames.find((name) => fieldMeta(type, name) !== undefined);
}

/** What a record is called; nothing where no field names it. */
export function nameIn({ type, values }: { readonly type: RecordTypeName; readonly values: object }): string {
  const field = namingField(type);
  return field === undefined ? "" : String((values as Readonly<Record<string, Value>>)[field] ?? "");
}

/** What a record is called, live; `null` where it is not here. */
export function useName(type: RecordTypeName, id: string | null): string | null {
  const record = useRecord(type, id ?? "");
  return record === undefined ? null : nameIn(record);
}

/** Looks up what records are called at this moment; `null` where they are not here. */
export function useNameOf(): (type: RecordTypeName, id: string) => string | null {
  const engine = useEngine();
  return useCallback(
    (type, id) => {
      const record = engine.record(type, id);
      return record === undefined ? null : nameIn(record);
    },
    [engine],
  );
}

/** The type of the records that a field refers to; `null` where it refers to none. */
export function targetOf({ kind, target = "access.member" }: FieldMeta): RecordTypeName | null {
  return kind === "reference" ? (target as RecordTypeName) : null;
}

/**
 * A value in words: a choice, a day, an amount, the name of what a reference is to, which `useName` keeps up to date where
 * it stays on the screen. `null` is nothing.
 */
export function useValueWords(): (
  meta: FieldMeta,
  type: RecordTypeName,
  value: Value,
  currency?: string | null,
) => string | null {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const nameOf = useNameOf();
  const missing = useMissingName();
  const language = i18n.language;
  return useCallback(
    (meta, type, value, currency = null) => {
      if (value === null || (Array.isArray(value) && value.length === 0)) return null;
      if (Array.isArray(value)) return value.join(", ");
      const text = String(value);
      switch (meta.kind) {
        case "choice": {
          const key = `records.${type}.${meta.name}.${text}`;
          return i18n.exists(key) ? String(t(key as ParseKeys)) : text;
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
          return formats.money(Number(value), currency);
      }
      const target = targetOf(meta);
      if (target !== null)
        return nameOf(target, text) ?? (target === "access.member" ? missing : t("people.someone"));
      if (meta.format === "country") return nameOfCountry(language, text);
      if (meta.format === "currency") return nameOfCurrency(language, text);
      return meta.format === "language" ? nameOfLanguage(language, text) : text;
    },
    [t, i18n, language, formats, nameOf, missing],
  );
}

/**
 * The same for any field of a record, by its name: what the workspace says of a field of its own, and the currency that
 * the record has beside an amount, are looked up.
 */
export function useFieldWords(): (record: RecordRef, field: string, value: Value) => string | null {
  const engine = useEngine();
  const metaOf = useFieldMeta();
  const words = useValueWords();
  return useCallback(
    ({ type, id }, field, value) => {
      const meta = metaOf(type, field);
      if (meta === undefined) return value === null ? null : String(value);
      const held = meta.currency === undefined ? undefined : engine.record(type, id);
      const currency = held === undefined ? null : valueIn(held, meta.currency ?? "");
      return words(meta, type, value, currency as string | null);
    },
    [engine, metaOf, words],
  );
}
