import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { recordTypes, typeMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import type { Engine, View } from "@/engine/types";
import { useFormats } from "@/ui/language/formats";
import { valueIn } from "../useField";
import { countKey } from "../words";

/** How many records of a type refer to one. */
export interface Referring {
  readonly type: RecordTypeName;
  readonly count: number;
}

/** The types whose records can refer to one of this type, and through which fields. */
function referringFields(target: RecordTypeName): readonly (readonly [RecordTypeName, readonly string[]])[] {
  return recordTypes.flatMap((type) => {
    const fields = typeMeta(type)
      .fields.filter((field) => field.target === target)
      .map(({ name }) => name);
    return fields.length === 0 ? [] : [[type, fields] as const];
  });
}

/** What this browser holds that hangs on a record; the server knows of all. */
export function referringTo(
  engine: Engine,
  { type: target, id }: Pick<View, "type" | "id">,
): readonly Referring[] {
  return referringFields(target).flatMap(([type, fields]) => {
    const count = engine
      .records(type)
      .filter((record) => fields.some((field) => valueIn(record, field) === id)).length;
    return count === 0 ? [] : [{ type, count }];
  });
}

/** The same in words: "2 contacts and 1 project"; `null` where nothing hangs on it. */
export function useReferringWords(record: Pick<View, "type" | "id">, asked: boolean): string | null {
  const { t } = useTranslation();
  const { list } = useFormats();
  const engine = useEngine();
  const { type, id } = record;
  return useMemo(() => {
    const found = asked ? referringTo(engine, { type, id }) : [];
    if (found.length === 0) return null;
    return list(found.map((one) => t(countKey(one.type), { count: one.count })));
  }, [t, list, engine, type, id, asked]);
}
