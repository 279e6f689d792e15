import { type ComboboxData, Select } from "@mantine/core";
import { useForceUpdate } from "@mantine/hooks";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/ui/feedback/problemText";
import { scrollingOptions } from "@/ui/scrolling";
import { ShownValue } from "./ShownValue";
import type { Field } from "./useField";
import { type InlineEdit, useInlineEdit } from "./useInlineEdit";

interface Props {
  readonly field: Field<string | null>;
  readonly label: string;
  readonly placeholder: string;
  readonly data: ComboboxData;
  readonly nameOf: (value: string) => string;
  /** Something must be chosen: it cannot be emptied. */
  readonly required?: boolean;
}

/** More than anyone reads; typing finds the rest. */
const mostOptions = 60;

/** A choice among many, found by typing. */
export function InlineSelect({ field, label, placeholder, data, nameOf, required = false }: Props) {
  const edit = useInlineEdit<string | null>(field, field.value);
  if (edit.editing)
    return <OpenSelect edit={edit} label={label} placeholder={placeholder} data={data} required={required} />;
  return (
    <ShownValue
      ref={edit.showRef}
      name={field.name}
      label={label}
      text={field.value === null ? null : nameOf(field.value)}
      placeholder={placeholder}
      onEdit={field.canEdit ? edit.begin : null}
    />
  );
}

interface OpenProps extends Required<Pick<Props, "label" | "placeholder" | "data" | "required">> {
  readonly edit: InlineEdit<string | null>;
}

function OpenSelect({ edit, label, placeholder, data, required }: OpenProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const drawAgain = useForceUpdate();
  // The input learns the id of its list only after both were drawn; drawn again, it can say so to a screen reader.
  useEffect(() => {
    const frame = requestAnimationFrame(drawAgain);
    return () => cancelAnimationFrame(frame);
  }, [drawAgain]);
  return (
    <Select
      autoFocus
      size="sm"
      aria-label={label}
      data={data}
      value={edit.draft}
      placeholder={placeholder}
      searchable
      limit={mostOptions}
      clearable={!required}
      defaultDropdownOpened
      comboboxProps={{ withinPortal: false }}
      {...scrollingOptions}
      nothingFoundMessage={t("common.nothingFound")}
      clearButtonProps={{ "aria-label": t("record.clear") }}
      error={edit.complaint && problemText(edit.complaint)}
      onChange={(value) => edit.commit(true, value)}
      onBlur={() => edit.commit(false)}
      onKeyDown={(event) => {
        if (event.key === "Escape") edit.cancel();
      }}
    />
  );
}
