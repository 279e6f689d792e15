import { useTranslation } from "react-i18next";
import type { Operation } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import { nameIn, useFieldLabel, useFieldWords } from "@/ui/record/words";

/** An operation in the words of the person. */
export function useDescription(): (operation: Operation) => string {
  const { t } = useTranslation();
  const engine = useEngine();
  const labelOf = useFieldLabel();
  const words = useFieldWords();
  return (operation) => {
    const named = operation.op === "create" ? operation : engine.record(operation.type, operation.id);
    const name = (named && nameIn(named)) || t("letters.unnamed");
    if (operation.op === "create" || operation.op === "delete" || operation.op === "restore")
      return t(`letters.${operation.op}`, { name });
    const { op, field } = operation;
    const value = "value" in operation ? operation.value : operation.by;
    const said = words(operation, field, value) ?? t("record.empty");
    return t(`letters.${op}`, { name, field: labelOf(operation, field), value: said });
  };
}
