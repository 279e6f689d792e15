import type { ParseKeys } from "i18next";
import type { RecordTypeName } from "@/contract/contract";
import { type FieldMeta, fieldMeta } from "@/engine/metadata";
import type { Problem, Value } from "@/engine/protocol";

type ErrorKey = Extract<ParseKeys, `errors.${string}`>;

/** Every code that has words; a code of the contract without any does not compile. */
export type SpokenCode = ErrorKey extends `errors.${infer Code}` ? Code : never;

/** What is wrong, in the part of a problem that a person is told. */
export type Complaint = Pick<Problem<SpokenCode>, "code" | "params" | "field">;

/** Loose on purpose: only the server that delivers mail knows which addresses exist. */
const emailPattern = /^[^\s@]+@[^\s@]+$/u;
const currencyPattern = /^[A-Z]{3}$/u;
const keyPattern = /^[a-z][A-Za-z0-9]*$/u;
const countryPattern = /^[A-Z]{2}$/u;
const orderPattern = /^[0-9a-z]*[1-9a-z]$/u;

function hasFormat(format: FieldMeta["format"], text: string): boolean {
  switch (format) {
    case "email":
      return emailPattern.test(text);
    case "currency":
      return currencyPattern.test(text);
    case "language":
      try {
        return Intl.getCanonicalLocales(text).length === 1;
      } catch {
        return false;
      }
    case "key":
      return keyPattern.test(text);
    case "country":
      return countryPattern.test(text);
    case "order":
      return orderPattern.test(text);
    case undefined:
      return true;
  }
}

const lengthOf = (text: string): number => [...text].length;

function tooLong(meta: FieldMeta, text: string): boolean {
  return meta.max !== undefined && lengthOf(text) > meta.max;
}

/** Text without the blanks around it; nothing left means no value. Lists lose empty and repeated entries. */
export function normalise(value: Value): Value {
  if (typeof value === "string") return value.trim() === "" ? null : value.trim();
  if (Array.isArray(value)) {
    return [...new Set(value.map((entry: string) => entry.trim()).filter((entry) => entry !== ""))];
  }
  return value;
}

export function validateField(meta: FieldMeta, value: Value): Complaint | null {
  if (value === null) return meta.required ? { code: "field.required", field: meta.name } : null;
  if (Array.isArray(value)) {
    if (meta.maxItems !== undefined && value.length > meta.maxItems) {
      return { code: "list.too_many", field: meta.name, params: { max: meta.maxItems } };
    }
    return value.some((entry: string) => tooLong(meta, entry))
      ? { code: "field.too_long", field: meta.name, params: { max: meta.max ?? 0 } }
      : null;
  }
  if (typeof value === "number") return numberFault(meta, value);
  if (typeof value !== "string") return null;
  if (meta.choices !== undefined && meta.choices.length > 0 && !meta.choices.includes(value)) {
    return { code: "field.not_allowed", field: meta.name, params: { allowed: meta.choices } };
  }
  if (tooLong(meta, value))
    return { code: "field.too_long", field: meta.name, params: { max: meta.max ?? 0 } };
  return hasFormat(meta.format, value) ? null : { code: "field.malformed", field: meta.name };
}

function numberFault({ name, min, max }: FieldMeta, value: number): Complaint | null {
  const [least, most] = [min ?? Number.MIN_SAFE_INTEGER, max ?? Number.MAX_SAFE_INTEGER];
  return value >= least && value <= most
    ? null
    : { code: "field.out_of_range", field: name, params: { min: least, max: most } };
}

/** The rules of the contract for one field, said before the server has to; the server has the last word. */
export function validate(type: RecordTypeName, field: string, value: Value): Complaint | null {
  const meta = fieldMeta(type, field);
  return meta === undefined ? { code: "field.unknown", field } : validateField(meta, value);
}
