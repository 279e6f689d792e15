import type { Value } from "@/engine/protocol";
import type { FieldRule } from "@/ui/record/useField";
import type { Complaint } from "@/ui/record/validate";
import json from "../../../../../contract/vatIds.json";

const forms: Readonly<Record<string, { readonly form: string; readonly example: string }>> = json;
const anyCountry = /^[A-Z]{2}[0-9A-Z+*]{2,18}$/u;

/** As tax offices write it: in capitals, without signs in between. */
export function plainVatId(text: string): string {
  return text.replace(/[\s.\-/]/gu, "").toUpperCase();
}

/** What the server would say of its form. The check digit is left to the server. */
export function vatIdFault(value: Value): Complaint | null {
  if (typeof value !== "string") return null;
  const known = forms[value.slice(0, 2)];
  const isSound =
    anyCountry.test(value) &&
    (known === undefined || new RegExp(`^(?:${known.form})$`, "u").test(value.slice(2)));
  const example = (known ?? forms.DE)?.example ?? "";
  return isSound ? null : { code: "customer.vat_id", field: "vatId", params: { example } };
}

export const vatIdRule: FieldRule = {
  write: (value) => (typeof value === "string" ? plainVatId(value) : value),
  check: vatIdFault,
};
