import { type ComboboxData, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/ui/feedback/problemText";
import { ShownValue } from "./ShownValue";
import type { Field } from "./useField";
import { useInlineEdit } from "./useInlineEdit";

interface Props {
  readonly field: Field<string | null>;
  readonly label: string;
  readonly placeholder: string;
  readonly data: ComboboxData;
  readonly nameOf: (value: string) => string;
}

/** A choice among many, found by typing. */
export function InlineSelect({ field, label, placeholder, data, nameOf }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const edit = useInlineEdit<string | null>(field, field.value);
  if (!edit.editing) {
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
  return (
    <Select
      autoFocus
      size="sm"
      aria-label={label}
      data={data}
      value={edit.draft}
      placeholder={placeholder}
      searchable
      clearable
      defaultDropdownOpened
      limit={60}
      maxDropdownHeight={280}
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
