import type { SoloCustomer } from "@/contract/contract";
import type { View } from "@/engine/types";
import type { ListDeclaration } from "../list";

/** The least of a list that its pure parts need. */
export const customers = {
  type: "solo.customer",
  name: "name",
  searched: ["name", "email", "tags"],
  columns: [
    { field: "name", label: "records.solo.customer.fields.name" },
    { field: "status", label: "records.solo.customer.fields.status", shown: true, bulk: true },
    { field: "email", label: "records.solo.customer.fields.email" },
    { field: "tags", label: "records.solo.customer.fields.tags", shown: true, bulk: true },
    { field: "updatedAt", label: "record.changed", shown: true },
  ],
} as unknown as ListDeclaration;

let made = 0;

export function customer(
  values: Partial<SoloCustomer> & { readonly name: string },
  updatedAt = "2026-01-01T00:00:00Z",
): View {
  const contract = { kind: "company", email: null, phone: null, vatId: null, status: "active" } as const;
  const rest = { reason: null, currency: null, language: null, tags: [] };
  return {
    type: "solo.customer",
    // In the order in which they were made, as the engine gives them.
    id: `${"01990000-0000-7000-8000-0000"}${String(++made).padStart(8, "0")}`,
    version: 1,
    createdAt: updatedAt,
    createdBy: null,
    updatedAt,
    updatedBy: null,
    state: "confirmed",
    fields: {},
    values: { ...contract, ...rest, ...values },
  } as unknown as View;
}

export const names = (rows: readonly View[]): readonly string[] =>
  rows.map(({ values }) => (values as SoloCustomer).name);
