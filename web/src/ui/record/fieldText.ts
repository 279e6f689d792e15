import type { FieldMeta } from "@/engine/metadata";
import type { Value } from "@/engine/protocol";
import { digitsOf } from "@/ui/language/formats";
import type { Field } from "./useField";

/** A value as it is typed, and the way back; `read` says `undefined` where the text is no such value. */
export interface TextForm {
  readonly write: (value: Value) => string;
  readonly read: (text: string) => Value | undefined;
  readonly type: "text" | "date" | "datetime-local";
  readonly inputMode: "text" | "email" | "tel" | "numeric" | "decimal";
}

const plain: TextForm = { write: String, read: (text) => text, type: "text", inputMode: "text" };

const whole: TextForm = {
  write: String,
  read: (text) => (/^[+-]?\d{1,15}$/u.test(text.trim()) ? Number(text) : undefined),
  type: "text",
  inputMode: "numeric",
};

/** Points and commas both are what parts the decimals; the last one of them does. */
function decimal(text: string): number | undefined {
  const parts = text.replace(/[\s\u00a0']/gu, "").split(/[.,]/u);
  const last = parts.length > 1 ? parts.pop() : undefined;
  const number = `${parts.join("")}${last === undefined ? "" : `.${last}`}`;
  return /^-?\d+(?:\.\d*)?$|^-?\.\d+$/u.test(number) ? Number(number) : undefined;
}

function amount(currency: string | null): TextForm {
  const digits = digitsOf(currency);
  return {
    write: (value) => (Number(value) / 10 ** digits).toFixed(digits),
    read(text) {
      const major = decimal(text);
      return major === undefined ? undefined : Math.round(major * 10 ** digits);
    },
    type: "text",
    inputMode: "decimal",
  };
}

/** Minutes as hours: "12:30", "12,5" and "12" are typed. */
export const hours: TextForm = {
  write: (value) => `${Math.floor(Number(value) / 60)}:${String(Number(value) % 60).padStart(2, "0")}`,
  read(text) {
    const clock = /^\s*(\d+):([0-5]\d)\s*$/u.exec(text);
    if (clock) return Number(clock[1]) * 60 + Number(clock[2]);
    const counted = decimal(text);
    return counted === undefined ? undefined : Math.round(counted * 60);
  },
  type: "text",
  inputMode: "text",
};

export const day: TextForm = { ...plain, type: "date" };

const local = (time: Date) =>
  new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

const moment: TextForm = {
  write: (value) => local(new Date(String(value))),
  read(text) {
    const time = new Date(text);
    return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
  },
  type: "datetime-local",
  inputMode: "text",
};

/**
 * How a field of this kind is typed.
 * @param currency of an amount, from the field beside it
 */
export function textForm(meta: FieldMeta, currency: string | null = null): TextForm {
  switch (meta.kind) {
    case "integer":
      return whole;
    case "money":
      return amount(currency);
    case "date":
      return day;
    case "time":
      return moment;
    default:
      return meta.format === "email" ? { ...plain, inputMode: "email" } : plain;
  }
}

/** The field as a text, for a control that knows texts alone. */
export function asText(field: Field, { write, read }: TextForm): Field<string> {
  return {
    ...field,
    value: field.value === null ? "" : write(field.value),
    save(wanted) {
      const text = String(wanted ?? "").trim();
      if (text === "") return field.save(null);
      const value = read(text);
      return value === undefined ? { code: "field.wrong_kind", field: field.name } : field.save(value);
    },
  };
}
