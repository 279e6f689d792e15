import type { RecordTypeName } from "@/contract/contract";

/** The records of the product that are called by the texts under `records`; customers have texts of their own. */
export type NamedType =
  Extract<RecordTypeName, `solo.${string}` | `platform.${string}`> extends infer Name
    ? Exclude<Name, "solo.customer">
    : never;

/** Keys of texts: what people call a record, a field of it, and a word of a choice. */
export const nameKey = (type: NamedType) => `records.${type}.one` as const;
export const fieldKey = (type: NamedType, field: string) => `records.${type}.fields.${field}` as const;
export const choiceKey = (type: NamedType, field: string, choice: string) =>
  `records.${type}.${field}.${choice}` as const;
export const taxKey = (profile: string) => `customers.taxProfile.${profile}` as const;
export const customerFieldKey = (field: string) => `customers.fields.${field}` as const;
