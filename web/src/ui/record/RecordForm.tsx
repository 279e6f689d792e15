import { Group, Select, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { newId } from "@/engine/ids";
import { type FieldMeta, fieldMeta } from "@/engine/metadata";
import type { Value, Values } from "@/engine/protocol";
import { useEngine, useMe } from "@/engine/react";
import { FormFrame } from "@/ui/forms/FormFrame";
import { type FormProps, useForm } from "@/ui/forms/useForm";
import { scrollingOptions } from "@/ui/scrolling";
import { useCustomFields, useFieldMeta } from "./customFields";
import { textForm } from "./fieldText";
import { hasOptions, useOptions } from "./options";
import { typed, typedFaults, typedValues } from "./typed";
import type { EditableType } from "./useField";
import { useLastOption } from "./useLastOption";
import type { Complaint } from "./validate";
import { useFieldLabel } from "./words";

interface Props {
  readonly type: EditableType;
  /** The fields that are asked for; several in one line stand beside each other where there is room. */
  readonly fields: readonly (string | readonly string[])[];
  /** What the form begins with. */
  readonly initial?: Values;
  /** What every record that it makes has, whatever is typed. */
  readonly fixed?: Values;
  /** What stands below a field's name. */
  readonly hints?: Readonly<Record<string, string>>;
  /** What is wrong with it from the start. */
  readonly complaint?: Complaint;
  /** What is done with the values, else a new record. */
  readonly make?: (values: Values) => void;
  readonly submit: string;
  readonly onCancel: () => void;
  readonly onCreated: (id: string) => void;
}

/**
 * Makes a record of any type from the fields that it needs first, with those that the workspace itself demands and without
 * those that my role may not fill; the rest is filled in where it stands.
 */
export function RecordForm({
  type,
  fields: own,
  initial = {},
  fixed = {},
  hints = {},
  complaint,
  make,
  submit,
  onCancel,
  onCreated,
}: Props) {
  const engine = useEngine();
  const { changes } = useMe();
  const metaOf = useFieldMeta();
  const demanded = useCustomFields(type)
    .filter(({ meta }) => meta.required && !own.flat().includes(meta.name))
    .map(({ meta }) => meta.name);
  const fields = [...own, ...demanded];
  const metas = fields
    .flat()
    .flatMap((name) => metaOf(type, name) ?? [])
    .filter((meta) => changes(type, meta));
  const focused = [complaint?.field, ...fields.flat()].find((name) =>
    metas.some((meta) => meta.name === name),
  );
  const begun = (name: string, usual: Value = null): Value => initial[name] ?? usual;
  const currencyOf = ({ currency }: FieldMeta) =>
    currency === undefined ? null : (begun(currency, metaOf(type, currency)?.default) as string | null);
  const form = useForm<string>({
    initial: Object.fromEntries(
      metas.map((meta) => [meta.name, typed(meta, begun(meta.name, meta.default), currencyOf(meta))]),
    ),
    complaint,
    check: (texts) => typedFaults(metas, texts),
    send: async (texts) => {
      const id = newId();
      const values = { ...fixed, ...typedValues(metas, texts, initial) };
      if (make) make(values);
      else engine.transact([{ op: "create", type, id, values }]);
      onCreated(id);
    },
  });
  return (
    <FormFrame onSubmit={form.submit} onCancel={onCancel} submit={submit} trouble={form.trouble}>
      {fields.map((line) => (
        <Line
          key={[line].flat().join()}
          type={type}
          metas={metas.filter(({ name }) => [line].flat().includes(name))}
          hints={hints}
          form={form}
          focused={focused}
        />
      ))}
    </FormFrame>
  );
}

interface LineProps {
  readonly type: RecordTypeName;
  readonly metas: readonly FieldMeta[];
  readonly hints: Readonly<Record<string, string>>;
  readonly form: FormProps<string>;
  /** The field to begin with. */
  readonly focused: string | undefined;
}

function Line({ type, metas, hints, form, focused }: LineProps) {
  const inputs = metas.map((meta) => (
    <FormInput
      key={meta.name}
      type={type}
      name={meta.name}
      meta={meta}
      hint={hints[meta.name]}
      form={form}
      focused={meta.name === focused}
    />
  ));
  return metas.length < 2 ? (
    inputs
  ) : (
    <Group grow align="flex-start" gap="sm" preventGrowOverflow={false}>
      {inputs}
    </Group>
  );
}

interface InputProps extends Pick<LineProps, "type" | "form"> {
  readonly name: string;
  /** Of a field that the workspace defined for itself. */
  readonly meta?: FieldMeta | undefined;
  readonly hint?: string | undefined;
  readonly focused?: boolean;
}

/** A field of any type in a form, in the control that its kind asks for. */
export function FormInput({
  type,
  name,
  meta = fieldMeta(type, name),
  hint,
  form,
  focused = false,
}: InputProps) {
  const labelOf = useFieldLabel();
  if (meta === undefined) return null;
  const { onChange, ...input } = form.input(name);
  const props = {
    ...input,
    label: labelOf({ type }, name),
    ...(meta.required && { withAsterisk: true, "aria-required": true }),
    ...(hint !== undefined && { description: hint }),
    ...(focused && { autoFocus: true, "data-autofocus": true }),
  };
  if (hasOptions(meta)) {
    return (
      <FormSelect
        {...props}
        type={type}
        meta={meta}
        onChange={(value) => onChange({ currentTarget: { value: value ?? "" } })}
      />
    );
  }
  const { type: inputType, inputMode } = textForm(meta);
  return meta.lines === true ? (
    <Textarea autosize minRows={2} maxRows={10} size="md" {...props} onChange={onChange} />
  ) : (
    <TextInput type={inputType} inputMode={inputMode} {...props} onChange={onChange} />
  );
}

interface SelectProps {
  readonly type: RecordTypeName;
  readonly meta: FieldMeta;
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string | null) => void;
}

function FormSelect({ type, meta, value, ...props }: SelectProps) {
  const { t } = useTranslation();
  const held = value === "" ? null : value;
  const options = useOptions(type, meta, held);
  const lastOne = useLastOption(options, held);
  return (
    <Select
      size="md"
      data={[...options]}
      value={held}
      searchable
      {...lastOne}
      limit={60}
      clearable={!meta.required}
      clearButtonProps={{ "aria-label": t("record.clear") }}
      nothingFoundMessage={t("common.nothingFound")}
      {...scrollingOptions}
      {...props}
    />
  );
}
