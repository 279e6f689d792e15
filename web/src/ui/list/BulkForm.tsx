import { Button, Group, Radio, SegmentedControl, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";
import { valuesInUse } from "@/ui/record/valuesInUse";
import { scrollingOptions } from "@/ui/scrolling";
import { type BulkChange, choicesOf } from "./bulk";
import { type Column, columnOf, kindOf, type List } from "./list";
import { useValueText } from "./useValueText";

interface Props {
  readonly list: List;
  readonly column: Column;
  readonly all: readonly View[];
  readonly count: number;
  readonly onCancel: () => void;
  readonly onChange: (change: BulkChange) => void;
}

/** What a field of all chosen records is to hold. */
export function BulkForm(props: Props) {
  return kindOf(props.list.type, props.column.field) === "list" ? (
    <ListForm {...props} />
  ) : (
    <ChoiceForm {...props} />
  );
}

function ChoiceForm({ list, column, count, onCancel, onChange }: Props) {
  const { t } = useTranslation();
  const textOf = useValueText(list);
  const [chosen, choose] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const asked = chosen === null ? undefined : column.asks?.[chosen];
  const askedLabel = asked && columnOf(list, asked)?.label;
  const lacks = asked !== undefined && reason.trim() === "";
  const isBoolean = kindOf(list.type, column.field) === "boolean";
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
      <Radio.Group value={chosen} onChange={choose} aria-label={t(column.label)}>
        <Stack gap="sm">
          {choicesOf(list, column.field).map((value, index) => (
            <Radio
              key={value}
              value={value}
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
          label={askedLabel && t(askedLabel)}
          maxLength={fieldMeta(list.type, asked)?.max}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <Buttons count={count} disabled={chosen === null || lacks} onCancel={onCancel} />
    </form>
  );
}

function ListForm({ list, column, all, count, onCancel, onChange }: Props) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<"add" | "take">("add");
  const [values, setValues] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState("");
  const known = useMemo(() => valuesInUse(all, column.field), [all, column.field]);
  // What still stands in the input counts as well.
  const wanted = [...new Set([...values, typed.trim()])].filter((value) => value !== "");
  const { max } = fieldMeta(list.type, column.field) ?? {};
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
          label={t(column.label)}
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
      <Buttons count={count} disabled={wanted.length === 0 || tooLong} onCancel={onCancel} />
    </form>
  );
}

function Buttons({ count, disabled, onCancel }: { count: number; disabled: boolean; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Text fz="sm" c="dimmed" mt="md">
        {t("list.bulk.undoable")}
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
