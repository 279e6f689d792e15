import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import type { FieldMeta } from "@/engine/metadata";
import { useRecords } from "@/engine/react";
import type { View } from "@/engine/types";
import { countryChoices, currencyChoices, languageChoices } from "@/ui/language/names";
import { nameIn, targetOf, useValueWords } from "./words";

export interface Option {
  readonly value: string;
  readonly label: string;
}

const none: readonly View[] = [];

/** Of the words of a choice that one itself which is held, and those that may follow on it; all where it knows no steps. */
export function following(
  options: readonly Option[],
  { steps }: FieldMeta,
  held: string | null,
): readonly Option[] {
  const next = held === null ? undefined : steps?.[held];
  return next === undefined ? options : options.filter(({ value }) => value === held || next.includes(value));
}

/** Whether a field is one of some values, which are chosen rather than typed. */
export function hasOptions({ kind, format }: FieldMeta): boolean {
  return ["choice", "reference"].includes(kind) || ["country", "currency", "language"].includes(format ?? "");
}

/**
 * All that may be chosen for a field, by its kind: choices in their order, records and names from A to Z. Of many records
 * it is long in the making: only what is open asks for it.
 */
export function useOptions(type: RecordTypeName, meta: FieldMeta, held: string | null): readonly Option[] {
  const { i18n } = useTranslation();
  const words = useValueWords();
  const target = targetOf(meta);
  const all = useRecords(target ?? type);
  const records = target === null ? none : all;
  const language = i18n.language;
  return useMemo(() => {
    if (meta.kind === "choice")
      return (meta.choices ?? []).map((value) => ({ value, label: words(meta, type, value) ?? value }));
    if (target !== null) {
      const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
      return records
        .map((record) => ({ value: record.id, label: nameIn(record) }))
        .sort((one, other) => compare(one.label, other.label));
    }
    if (meta.format === "country") return countryChoices(language);
    return meta.format === "currency" ? currencyChoices(language) : languageChoices(language, held);
  }, [meta, type, target, records, language, held, words]);
}
