import { useCallback, useMemo } from "react";
import type { AccessField, RecordTypeName } from "@/contract/contract";
import { type FieldMeta, fieldMeta, recordTypes, typeMeta } from "@/engine/metadata";
import { useEngine, useRecords } from "@/engine/react";
import type { Engine, View } from "@/engine/types";

type Definition = View<"access.field">;

/** A field that the workspace defined for itself, as far as screens need it. */
export interface CustomField {
  readonly meta: FieldMeta;
  readonly label: string;
}

/** The types that take such fields. */
export const customisable: readonly RecordTypeName[] = recordTypes.filter(
  (type) => typeMeta(type).customFields === true,
);

/** What the server holds such a field to, beside what its definition says. */
const limits: Readonly<Partial<Record<AccessField["kind"], Pick<FieldMeta, "max" | "maxItems">>>> = {
  text: { max: 1000 },
  list: { max: 100, maxItems: 50 },
};

/** The definitions for a type in their order, whether retired or not. */
export function definitionsOf(all: readonly Definition[], type: RecordTypeName): readonly Definition[] {
  // No letter and no digit comes behind a tilde.
  const place = ({ values }: Definition) => `${values.order ?? "~"} ${values.key}`;
  return all
    .filter(({ values }) => values.recordType === type)
    .sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

/** What the contract would say about the field, if it were the type's own. */
function customMeta({ key, kind, required, choices }: Definition["values"]): FieldMeta {
  return {
    name: `ext.${key}`,
    kind,
    required,
    ...limits[kind],
    ...(kind === "choice" && { choices }),
  };
}

/** Those in use for a type, in their order. */
export function useCustomFields(type: RecordTypeName): readonly CustomField[] {
  const all = useRecords("access.field");
  return useMemo(
    () =>
      definitionsOf(all, type).flatMap(({ values }) =>
        values.retired === true ? [] : [{ meta: customMeta(values), label: values.label }],
      ),
    [all, type],
  );
}

/** How the workspace defined a field of its own, whether retired or not. */
export function definitionOf(
  engine: Engine,
  type: RecordTypeName,
  field: string,
): Definition["values"] | undefined {
  if (!field.startsWith("ext.")) return undefined;
  return engine
    .records("access.field")
    .find(({ values }) => values.recordType === type && `ext.${values.key}` === field)?.values;
}

/** What is known of any field, the workspace's own among them. */
export function useFieldMeta(): (type: RecordTypeName, field: string) => FieldMeta | undefined {
  const engine = useEngine();
  return useCallback(
    (type, field) => {
      const definition = definitionOf(engine, type, field);
      return definition === undefined ? fieldMeta(type, field) : customMeta(definition);
    },
    [engine],
  );
}
