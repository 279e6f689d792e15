import { useTranslation } from "react-i18next";
import { fieldMeta } from "@/engine/metadata";
import type { Operation } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import { useFieldLabel, useValueWords } from "@/ui/record/words";

/** What a record is called, where its type has a name or a label. */
function nameOf(values: object | undefined): unknown {
  if (!values) return undefined;
  return "name" in values ? values.name : "label" in values ? values.label : undefined;
}

/** An operation in the words of the person. */
export function useDescription(): (operation: Operation) => string {
  const { t } = useTranslation();
  const engine = useEngine();
  const labelOf = useFieldLabel();
  const words = useValueWords();
  return (operation) => {
    const held = nameOf(engine.record(operation.type, operation.id)?.values);
    const given = operation.op === "create" ? nameOf(operation.values) : undefined;
    const name = String(given ?? held ?? t("letters.unnamed"));
    if (operation.op === "create" || operation.op === "delete" || operation.op === "restore")
      return t(`letters.${operation.op}`, { name });
    const [meta, value] = [
      fieldMeta(operation.type, operation.field),
      "value" in operation ? operation.value : operation.by,
    ];
    const said = meta === undefined ? value : words(meta, operation.type, value);
    return t(`letters.${operation.op}`, {
      name,
      field: labelOf(operation, operation.field),
      value: String(said ?? t("record.empty")),
    });
  };
}
