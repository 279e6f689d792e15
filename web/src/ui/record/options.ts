import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import type { FieldMeta } from "@/engine/metadata";
import { useRecords } from "@/engine/react";
import type { View } from "@/engine/types";
import { countryChoices, currencyChoices, languageChoices } from "@/ui/language/names";
import { useNameOf, useValueWords } from "./words";

export interface Option {
  readonly value: string;
  readonly label: string;
}

const none: readonly View[] = [];

/**
 * All that may be chosen for a field, by its kind: choices in their order, records and names from A to Z. Of many records
 * it is long in the making: only what is open asks for it.
 */
export function useOptions(type: RecordTypeName, meta: FieldMeta, held: string | null): readonly Option[] {
  const { i18n } = useTranslation();
  const words = useValueWords();
  const nameOf = useNameOf();
  const isReference = meta.kind === "reference";
  const target = isReference ? ((meta.target ?? "access.member") as RecordTypeName) : type;
  const all = useRecords(target);
  const records = isReference ? all : none;
  const language = i18n.language;
  return useMemo(() => {
    if (meta.kind === "choice")
      return (meta.choices ?? []).map((value) => ({ value, label: words(meta, type, value) ?? value }));
    if (meta.kind === "reference") {
      const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
      return records
        .map(({ id }) => ({ value: id, label: nameOf(target, id) ?? "" }))
        .sort((one, other) => compare(one.label, other.label));
    }
    if (meta.format === "country") return countryChoices(language);
    return meta.format === "currency" ? currencyChoices(language) : languageChoices(language, held);
  }, [meta, type, target, records, language, held, words, nameOf]);
}
