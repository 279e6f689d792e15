import type { Complaint } from "@/ui/record/validate";

export function requiredText(field: string, value: string, max?: number): Complaint | null {
  if (value.trim() === "") return { code: "field.required", field };
  if (max !== undefined && [...value.trim()].length > max) {
    return { code: "field.too_long", field, params: { max } };
  }
  return null;
}

/** With the letters that are left out an address has more than one spelling, or is more than one. */
const address = /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/u;

export function emailAddress(field: string, value: string): Complaint | null {
  return (
    requiredText(field, value, 254) ??
    (address.test(value.trim()) ? null : { code: "field.malformed", field })
  );
}

export function complaintsOf(...found: readonly (Complaint | null)[]): readonly Complaint[] {
  return found.filter((complaint) => complaint !== null);
}
