import type { FieldMeta } from "@/engine/metadata";
import type { Value, Values } from "@/engine/protocol";
import { complaintsOf } from "@/ui/forms/checks";
import { textForm } from "./fieldText";
import { type Complaint, normalise, validateField } from "./validate";

type Texts = Readonly<Record<string, string>>;

/**
 * What stands in the input of a form for a value.
 * @param currency of an amount
 */
export const typed = (meta: FieldMeta, value: Value, currency: string | null = null): string =>
  value === null ? "" : textForm(meta, currency).write(value);

/** The currency that stands in the form beside an amount. */
const currencyIn = ({ currency = "" }: FieldMeta, texts: Texts): string | null => texts[currency] || null;

function typedValue(meta: FieldMeta, texts: Texts): Value {
  const text = texts[meta.name] ?? "";
  return text.trim() === "" ? null : normalise(textForm(meta, currencyIn(meta, texts)).read(text) ?? null);
}

/** What was typed for these fields, without those that were left empty; what the form began with where nobody touched it. */
export function typedValues(metas: readonly FieldMeta[], texts: Texts, before: Values = {}): Values {
  const values = metas.map((meta): [string, Value] => {
    const [text, given] = [texts[meta.name] ?? "", before[meta.name] ?? null];
    // A moment is typed in minutes, and was perhaps given in less.
    const untouched = typed(meta, given, currencyIn(meta, texts));
    return [meta.name, text === untouched ? given : typedValue(meta, texts)];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== null));
}

/** What is wrong with what was typed for these fields. */
export function typedFaults(metas: readonly FieldMeta[], texts: Texts): readonly Complaint[] {
  return metas.flatMap((meta): readonly Complaint[] => {
    const text = texts[meta.name] ?? "";
    if (text.trim() !== "" && textForm(meta).read(text) === undefined)
      return [{ code: "field.wrong_kind", field: meta.name }];
    if (text.trim() !== "" && texts[meta.currency ?? ""] === "")
      return [{ code: "field.required", field: meta.currency ?? "" }];
    return complaintsOf(validateField(meta, typedValue(meta, texts)));
  });
}
