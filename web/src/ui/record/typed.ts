import type { FieldMeta } from "@/engine/metadata";
import type { Value, Values } from "@/engine/protocol";
import { complaintsOf } from "@/ui/forms/checks";
import { textForm } from "./fieldText";
import { type Complaint, normalise, validateField } from "./validate";

/** What stands in the input of a form for a value. */
export const typed = (meta: FieldMeta, value: Value): string =>
  value === null ? "" : textForm(meta).write(value);

function typedValue(meta: FieldMeta, text: string): Value {
  return text.trim() === "" ? null : normalise(textForm(meta).read(text) ?? null);
}

/** What was typed for these fields, without those that were left empty. */
export function typedValues(metas: readonly FieldMeta[], texts: Readonly<Record<string, string>>): Values {
  const values = metas.map((meta): [string, Value] => [meta.name, typedValue(meta, texts[meta.name] ?? "")]);
  return Object.fromEntries(values.filter(([, value]) => value !== null));
}

/** What is wrong with what was typed for these fields. */
export function typedFaults(
  metas: readonly FieldMeta[],
  texts: Readonly<Record<string, string>>,
): readonly Complaint[] {
  return metas.flatMap((meta): readonly Complaint[] => {
    const text = texts[meta.name] ?? "";
    if (text.trim() !== "" && textForm(meta).read(text) === undefined)
      return [{ code: "field.wrong_kind", field: meta.name }];
    return complaintsOf(validateField(meta, typedValue(meta, text)));
  });
}
