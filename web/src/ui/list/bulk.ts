import { useTranslation } from "react-i18next";
import { permissionTo } from "@/engine/metadata";
import type { Operation, Value } from "@/engine/protocol";
import { useEngine, useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { kindOf, metaOf, valueIn, valuesIn } from "./fields";
import { type Column, columnOf, type ListDeclaration } from "./list";

/** What is done to every record that is chosen. */
export type BulkChange =
  | { readonly kind: "set"; readonly field: string; readonly value: Value; readonly also?: Reason }
  | { readonly kind: "add" | "take"; readonly field: string; readonly values: readonly string[] }
  | { readonly kind: "delete" };

/** What the value needs beside it, in the same transaction. */
export interface Reason {
  readonly field: string;
  readonly value: string;
}

/** The operations of it, without those that would change nothing. */
export function operationsOf(records: readonly View[], change: BulkChange): readonly Operation[] {
  return records.flatMap((record): readonly Operation[] => {
    const { type, id } = record;
    switch (change.kind) {
      case "delete":
        return [{ op: "delete", type, id }];
      case "set": {
        const { field, value, also } = change;
        if (valueIn(record, field) === value) return [];
        const wanted = [{ field, value }, ...(also === undefined ? [] : [also])];
        return wanted.map((one) => ({ op: "set", type, id, ...one }));
      }
      default: {
        const [held, isAdding] = [valuesIn(record, change.field), change.kind === "add"];
        const op = isAdding ? "listInsert" : "listRemove";
        return change.values
          .filter((value) => held.includes(value) !== isAdding)
          .map((value) => ({ op, type, id, field: change.field, value }));
      }
    }
  });
}

/** The columns that can be changed for many at once: choices, truths and lists. */
export function bulkColumns(list: ListDeclaration): readonly Column[] {
  return list.columns.filter(
    ({ field, bulk }) => bulk === true && ["choice", "boolean", "list"].includes(kindOf(list, field)),
  );
}

/** Whether the record may get this value there: not where other steps come first. */
export function mayGet(list: ListDeclaration, record: View, field: string, value: Value): boolean {
  const now = valueIn(record, field);
  const steps = columnOf(list, field)?.steps?.(record) ?? metaOf(list, field)?.steps?.[String(now)];
  return steps === undefined || now === value || steps.includes(String(value));
}

/** Whether all of it could be taken back: there are steps that lead one way. */
export function isReversible(list: ListDeclaration, records: readonly View[], change: BulkChange): boolean {
  if (change.kind !== "set") return true;
  const { field, value } = change;
  return records.every((record) => {
    const after = { ...record, values: { ...record.values, [field]: value } } as View;
    return mayGet(list, after, field, valueIn(record, field));
  });
}

export interface Bulk {
  readonly canUpdate: boolean;
  readonly canDelete: boolean;
  /** Does it at once, says how many changed, and offers the way back; says as well what the server refused. */
  readonly run: (records: readonly View[], change: BulkChange) => void;
}

export function useBulk(list: ListDeclaration): Bulk {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  const { offer } = useTakeBack();
  const problemText = useProblemText();

  function run(chosen: readonly View[], change: BulkChange): void {
    const records =
      change.kind === "set"
        ? chosen.filter((record) => mayGet(list, record, change.field, change.value))
        : chosen;
    const operations = operationsOf(records, change);
    const [first, ...others] = engine.transactInParts(operations);
    if (first === undefined) {
      toast({ text: t("list.bulk.nothing") });
      return;
    }
    const count = new Set(operations.map(({ id }) => id)).size;
    const text = t(change.kind === "delete" ? "list.bulk.deleted" : "list.bulk.changed", { count });
    offer(text, isReversible(list, records, change) ? first.id : null);
    void Promise.all([first, ...others].map(({ settled }) => settled)).then((outcomes) => {
      const refused = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
      const [why] = refused;
      if (why === undefined) return;
      toast({
        text:
          refused.length === outcomes.length
            ? t("list.bulk.refused", { why: problemText(why) })
            : t("list.bulk.partlyRefused", { why: problemText(why) }),
      });
    });
  }

  return {
    canUpdate: can(permissionTo("update", list.type)),
    canDelete: can(permissionTo("delete", list.type)),
    run,
  };
}
