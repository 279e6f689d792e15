import { Button, Group, Radio, SegmentedControl, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
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
  const getting = (value: string) => records.filter((record) => mayGet(list, record, column.field, value));
  const isBoolean = kindOf(list, column.field) === "boolean";
  return (
    <form
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
          {choicesOf(list, column.field).map((value, index) => (
            <Radio
              key={value}
              value={value}
              disabled={getting(value).length === 0}
              label={column.draw?.(value) ?? textOf(column, value)}
              {...(index === 0 && { "data-autofocus": true })}
            />
          ))}
        </Stack>
      </Radio.Group>
      {asked !== undefined && (
        <TextInput
          mt="md"
          size="sm"
          label={askedColumn && labelOf(t, askedColumn)}
          maxLength={metaOf(list, asked)?.max}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {chosen !== null && getting(chosen).length < records.length && (
        <Text fz="sm" c="dimmed" mt="md">
          {t("list.bulk.some", { count: records.length - getting(chosen).length })}
        </Text>
      )}
      <Buttons
        count={chosen === null ? records.length : getting(chosen).length}
        disabled={chosen === null || lacks}
        undoable={
          chosen === null ||
          isReversible(list, getting(chosen), { kind: "set", field: column.field, value: chosen })
        }
        onCancel={onCancel}
      />
    </form>
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
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted.length > 0 && !tooLong) onChange({ kind, field: column.field, values: wanted });
      }}
    >
      <Stack gap="sm">
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
      </Stack>
      <Buttons count={records.length} disabled={wanted.length === 0 || tooLong} onCancel={onCancel} />
    </form>
  );
}

interface ButtonProps {
  readonly count: number;
  readonly disabled: boolean;
  readonly undoable?: boolean;
  readonly onCancel: () => void;
}

function Buttons({ count, disabled, undoable = true, onCancel }: ButtonProps) {
  const { t } = useTranslation();
  return (
    <>
      <Text fz="sm" c="dimmed" mt="md">
        {t(undoable ? "list.bulk.undoable" : "list.bulk.oneWay")}
      </Text>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" disabled={disabled}>
          {t("list.bulk.apply", { count })}
        </Button>
      </Group>
    </>
  );
}
