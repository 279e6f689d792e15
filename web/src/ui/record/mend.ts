import { type FieldMeta, typeMeta } from "@/engine/metadata";
import type { CreateOperation } from "@/engine/protocol";
import type { DeadLetter } from "@/engine/types";
import type { EditableType } from "./useField";

/** A record that was to be made and was refused: with other values it may be made after all. */
export interface Unmade {
  readonly letter: DeadLetter;
  readonly create: CreateOperation & { readonly type: EditableType };
  /** What a person may give it otherwise, in the order of the contract. */
  readonly fields: readonly string[];
}

/** What was to be made by a letter; nothing where it is not about that, or where nothing of it can be typed. */
export function unmadeIn(letter: DeadLetter): Unmade | null {
  const [create] = letter.operations;
  if (create?.op !== "create") return null;
  const fields = typeMeta(create.type)
    .fields.filter(
      (meta) => isTyped(meta) && (meta.name in create.values || letter.error.field === meta.name),
    )
    .map(({ name }) => name);
  const own = letter.error.field?.startsWith("ext.") === true ? [letter.error.field] : [];
  if (fields.length + own.length === 0) return null;
  return { letter, create: { ...create, type: create.type as EditableType }, fields: [...fields, ...own] };
}

/** Whom it belongs to, and what orders it, nobody types. */
function isTyped({ name, kind, format, target, readOnly }: FieldMeta): boolean {
  if (readOnly === true || format === "order" || name === "recordType") return false;
  if (kind === "reference") return target !== undefined;
  return kind !== "list" && kind !== "boolean" && kind !== "secret" && kind !== "sealed";
}
