import { MultiSelect, Stack } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";
import { valuesInUse } from "@/ui/record/valuesInUse";
import { scrollingOptions } from "@/ui/scrolling";
import type { Column, ListDeclaration } from "./list";
import { filtersOf, type ListSearch, withFilter } from "./search";
import { useValueText } from "./useValueText";

interface Props {
  readonly list: ListDeclaration;
  readonly all: readonly View[];
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
}

export function filterColumns(list: ListDeclaration): readonly Column[] {
  return list.columns.filter(({ filter }) => filter === true);
}

/** Every filter of the list: each asks for one of some values, all of them have to hold. */
export function FilterForm({ list, all, search, onSearch }: Props) {
  const { t } = useTranslation();
  const textOf = useValueText(list);
  const wanted = new Map(filtersOf(search));
  const columns = filterColumns(list);
  const options = useMemo(
    () =>
      columns.map((column) => {
        const values = fieldMeta(list.type, column.field)?.choices ?? valuesInUse(all, column.field);
        return values.map((value) => ({ value, label: textOf(column, value) }));
      }),
    [columns, list.type, all, textOf],
  );
  return (
    <Stack gap="sm">
      {columns.map((column, index) => (
        <MultiSelect
          key={column.field}
          size="sm"
          label={t(column.label)}
          placeholder={wanted.has(column.field) ? "" : t("list.filter.any")}
          data={options[index] ?? []}
          value={[...(wanted.get(column.field) ?? [])]}
          onChange={(values) => onSearch(withFilter(search, column.field, values))}
          searchable
          openOnFocus={false}
          clearable
          limit={100}
          nothingFoundMessage={t("common.nothingFound")}
          clearButtonProps={{ "aria-label": t("list.filter.clearOne", { field: t(column.label) }) }}
          comboboxProps={{ withinPortal: false }}
          {...scrollingOptions}
        />
      ))}
    </Stack>
  );
}
