import { Radio, SegmentedControl, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { FormFrame } from "@/ui/forms/FormFrame";
import { valuesInUse } from "@/ui/record/valuesInUse";
import { scrollingOptions } from "@/ui/scrolling";
import { type BulkChange, isReversible, mayGet } from "./bulk";
import { choicesOf, kindOf, metaOf } from "./fields";
import { type Column, columnOf, type List, labelOf } from "./list";
import { useValueText } from "./useValueText";

interface Props {
  readonly list: List;
  readonly column: Column;
  readonly all: readonly View[];
  readonly records: readonly View[];
  readonly onCancel: () => void;
  readonly onChange: (change: BulkChange) => void;
}

/** What a field of all chosen records is to hold. */
export function BulkForm(props: Props) {
  return kindOf(props.list, props.column.field) === "list" ? (
    <ListForm {...props} />
  ) : (
    <ChoiceForm {...props} />
  );
}

function ChoiceForm({ list, column, records, onCancel, onChange }: Props) {
  const { t } = useTranslation();
  const textOf = useValueText(list);
  const [chosen, choose] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const asked = chosen === null ? undefined : column.asks?.[chosen];
  const askedColumn = asked && columnOf(list, asked);
  const lacks = asked !== undefined && reason.trim() === "";
  // Of thousands that are chosen it is asked once, not at every key of the reason.
  const choices = useMemo(
    () =>
      choicesOf(list, column.field).map((value) => ({
        value,
        getting: records.filter((record) => mayGet(list, record, column.field, value)),
      })),
    [list, column, records],
  );
  const first = choices.find(({ getting }) => getting.length > 0)?.value;
  const changed = choices.find(({ value }) => value === chosen)?.getting ?? records;
  const isUndoable = useMemo(
    () => chosen === null || isReversible(list, changed, { kind: "set", field: column.field, value: chosen }),
    [list, column, changed, chosen],
  );
  const isBoolean = kindOf(list, column.field) === "boolean";
  return (
    <FormFrame
      submit={t("list.bulk.apply", { count: changed.length })}
      disabled={chosen === null || lacks}
      onCancel={onCancel}
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen === null || lacks) return;
        const also = asked !== undefined && { also: { field: asked, value: reason.trim() } };
        onChange({
          kind: "set",
          field: column.field,
          value: isBoolean ? chosen === "true" : chosen,
          ...also,
        });
      }}
    >
      <Radio.Group value={chosen} onChange={choose} aria-label={labelOf(t, column)}>
        <Stack gap="sm">
          {choices.map(({ value, getting }) => (
            <Radio
              key={value}
              value={value}
              disabled={getting.length === 0}
              label={column.draw?.(value) ?? textOf(column, value)}
              {...(value === first && { "data-autofocus": true })}
            />
          ))}
        </Stack>
      </Radio.Group>
      {asked !== undefined && (
        <TextInput
          size="sm"
          label={askedColumn && labelOf(t, askedColumn)}
          maxLength={metaOf(list, asked)?.max}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {changed.length < records.length && (
        <Text fz="sm" c="dimmed">
          {t("list.bulk.some", { count: records.length - changed.length })}
        </Text>
      )}
      <WayBack is={isUndoable} />
    </FormFrame>
  );
}

function ListForm({ list, column, all, records, onCancel, onChange }: Props) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<"add" | "take">("add");
  const [values, setValues] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState("");
  const known = useMemo(() => valuesInUse(all, column.field), [all, column.field]);
  // What still stands in the input counts as well.
  const wanted = [...new Set([...values, typed.trim()])].filter((value) => value !== "");
  const { max } = metaOf(list, column.field) ?? {};
  const tooLong = max !== undefined && wanted.some((value) => [...value].length > max);
  return (
    <FormFrame
      submit={t("list.bulk.apply", { count: records.length })}
      disabled={wanted.length === 0 || tooLong}
      onCancel={onCancel}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted.length > 0 && !tooLong) onChange({ kind, field: column.field, values: wanted });
      }}
    >
      <SegmentedControl
        fullWidth
        aria-label={t("list.bulk.way")}
        value={kind}
        onChange={setKind}
        data={[
          { value: "add", label: t("list.bulk.add") },
          { value: "take", label: t("list.bulk.take") },
        ]}
      />
      <TagsInput
        data-autofocus
        size="sm"
        label={labelOf(t, column)}
        data={[...known]}
        value={[...values]}
        onChange={setValues}
        searchValue={typed}
        onSearchChange={setTyped}
        placeholder={t("record.tagsHint")}
        splitChars={[",", ";"]}
        error={tooLong ? t("errors.field.too_long", { max }) : null}
        {...scrollingOptions}
      />
      <WayBack is />
    </FormFrame>
  );
}

/** Whether all of it could be taken back. */
function WayBack({ is }: { readonly is: boolean }) {
  const { t } = useTranslation();
  return (
    <Text fz="sm" c="dimmed">
      {t(is ? "list.bulk.undoable" : "list.bulk.oneWay")}
    </Text>
  );
}
