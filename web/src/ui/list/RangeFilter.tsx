import { Group, Input, TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/ui/feedback/problemText";
import { day, hours, type TextForm, textForm } from "@/ui/record/fieldText";
import { kindOf, metaOf } from "./fields";
import { type Column, type ListDeclaration, labelOf } from "./list";
import { type Range, rangeOf } from "./ranges";

interface Props {
  readonly list: ListDeclaration;
  readonly column: Column;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

/** How the ends of a range are typed: as the value is where it stands, but for moments, which are asked for by days. */
function formOf(list: ListDeclaration, { field, hours: inHours }: Column): TextForm {
  const meta = metaOf(list, field);
  if (inHours === true) return hours;
  return meta === undefined || meta.kind === "time" ? day : textForm(meta);
}

/** From here to there; either end may stay open. */
export function RangeFilter({ list, column, range, onRange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const kind = kindOf(list, column.field);
  const label = labelOf(t, column);
  const form = formOf(list, column);
  const change = (next: Partial<Range>) => onRange(rangeOf(kind, { ...range, ...next }));
  return (
    <Input.Wrapper size="sm" label={label} labelElement="div" labelProps={{ id }}>
      <Group gap="xs" wrap="nowrap" role="group" aria-labelledby={id} align="flex-start">
        <End
          form={form}
          label={t("list.filter.fromOf", { field: label })}
          placeholder={t("list.filter.from")}
          value={range.from}
          onChange={(from) => change({ from })}
        />
        <End
          form={form}
          label={t("list.filter.toOf", { field: label })}
          placeholder={t("list.filter.to")}
          value={range.to}
          onChange={(to) => change({ to })}
        />
      </Group>
    </Input.Wrapper>
  );
}

interface EndProps {
  readonly form: TextForm;
  readonly label: string;
  readonly placeholder: string;
  /** As it stands in the address. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** One end. It is taken when it is left, or by Enter: half a date would find nothing. */
function End({ form, label, placeholder, value, onChange }: EndProps) {
  const problemText = useProblemText();
  const [typed, type] = useState<string | null>(null);
  const [isWrong, setWrong] = useState(false);
  const isDay = form.type === "date";
  const written = value === null ? "" : form.write(isDay ? value : Number(value));

  function take(): void {
    if (typed === null) return;
    const read = typed.trim() === "" ? null : form.read(typed);
    setWrong(read === undefined);
    if (read === undefined) return;
    type(null);
    const next = read === null ? null : String(read);
    if (next !== value) onChange(next);
  }

  return (
    <TextInput
      flex={1}
      miw={0}
      size="sm"
      type={form.type}
      inputMode={form.inputMode}
      aria-label={label}
      placeholder={placeholder}
      value={typed ?? written}
      error={isWrong && problemText({ code: "field.wrong_kind" })}
      onChange={(event) => {
        setWrong(false);
        type(event.currentTarget.value);
      }}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        take();
      }}
    />
  );
}
