import type { RecordTypeName } from "@/contract/contract";
import { type FieldMeta, typeMeta } from "@/engine/metadata";
import type { Import } from "@/engine/recordsApi";
import { fold } from "@/ui/language/fold";
import { type Table, writeCsv } from "./csv";
import type { Translate } from "./translate";

/** Which field each head fills; `null` where its column is left out. */
export type Mapping = readonly (string | null)[];

/**
 * The fields that a table can fill.
 * @param custom those that the workspace defined for itself
 */
export function importableFields(
  type: RecordTypeName,
  custom: readonly FieldMeta[] = [],
): readonly FieldMeta[] {
  const own = typeMeta(type).fields.filter(
    ({ readOnly, kind, format }) =>
      readOnly !== true && kind !== "secret" && kind !== "sealed" && format !== "order",
  );
  return [...own, ...custom];
}

const letters = (text: string) => fold(text).replace(/[^\p{L}\p{N}]/gu, "");

/** The field of the same name, or of the name that people see, for each head; each field once. */
export function guessMapping(
  heads: readonly string[],
  fields: readonly FieldMeta[],
  labelOf: (field: string) => string,
): Mapping {
  const taken = new Set<string>();
  return heads.map((head) => {
    const wanted = letters(head);
    const field = fields.find(
      ({ name }) => !taken.has(name) && (letters(name) === wanted || letters(labelOf(name)) === wanted),
    );
    if (field !== undefined) taken.add(field.name);
    return field?.name ?? null;
  });
}

/** The required fields that no column fills and that nothing stands for by itself. */
export function unfilled(fields: readonly FieldMeta[], mapping: Mapping): readonly FieldMeta[] {
  return fields.filter(
    ({ name, required, default: usual }) => required && usual === undefined && !mapping.includes(name),
  );
}

/** The rows in parts of at most so many, as the server takes them; each is made when it is its turn. */
export function* partsOf(
  table: Table,
  mapping: Mapping,
  size: number,
  translate: Translate,
): Generator<Import, void> {
  // Heads may be empty, or twice the same: the server is told by names of our own.
  const used = mapping.flatMap((field, index) =>
    field === null ? [] : [{ field, index, head: `c${index}` }],
  );
  const columns = Object.fromEntries(used.map(({ head, field }) => [head, field]));
  const heads = used.map(({ head }) => head);
  for (let first = 0; first < table.rows.length; first += size) {
    const rows = table.rows
      .slice(first, first + size)
      .map((row) => used.map(({ field, index }) => translate(field, row[index] ?? "")));
    yield { csv: writeCsv({ heads, rows }), columns };
  }
}
