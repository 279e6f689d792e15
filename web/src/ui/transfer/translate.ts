import type { RecordTypeName } from "@/contract/contract";
import type { FieldMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import type { Engine } from "@/engine/types";
import { fold } from "@/ui/language/fold";
import { madeOnce } from "@/ui/language/madeOnce";
import { nameIn, targetOf, useValueWords } from "@/ui/record/words";

/** What people write in a cell, as the field holds it; what it does not know stays as it is. */
export type Translate = (field: string, cell: string) => string;

/**
 * The words for a choice, and the names of other records. They are gathered once for each field, when its first cell asks
 * for them.
 */
export function translator(
  type: RecordTypeName,
  fields: readonly FieldMeta[],
  words: ReturnType<typeof useValueWords>,
  engine: Pick<Engine, "records">,
): Translate {
  const valuesOf = madeOnce((field) => {
    const meta = fields.find(({ name }) => name === field);
    const target = meta === undefined ? null : targetOf(meta);
    const known = new Map<string, string>();
    // Of two that are called the same the first is meant.
    const learn = (text: string | null, value: string) => {
      const word = fold(text ?? "");
      if (!known.has(word)) known.set(word, value);
    };
    if (meta?.kind === "choice")
      for (const choice of meta.choices ?? []) {
        learn(choice, choice);
        learn(words(meta, type, choice), choice);
      }
    for (const record of target === null ? [] : engine.records(target)) {
      learn(record.id, record.id);
      learn(nameIn(record), record.id);
    }
    return known;
  });
  return (field, cell) => {
    const word = fold(cell.trim());
    return word === "" ? cell : (valuesOf(field).get(word) ?? cell);
  };
}

/** Makes one from what is here at the moment. */
export function useTranslate(type: RecordTypeName, fields: readonly FieldMeta[]): () => Translate {
  const engine = useEngine();
  const words = useValueWords();
  return () => translator(type, fields, words, engine);
}
