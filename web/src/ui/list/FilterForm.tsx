import { MultiSelect } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { valuesInUse } from "@/ui/record/valuesInUse";
import { scrollingOptions } from "@/ui/scrolling";
import { choicesOf, kindOf } from "./fields";
import { type Column, type ListDeclaration, labelOf } from "./list";
import classes from "./list.module.css";
import { RangeFilter } from "./RangeFilter";
import { isRanged, type Range, rangeText, readRange } from "./ranges";
import { filtersOf, type ListSearch, withFilter } from "./search";
import { useValueText } from "./useValueText";

interface Props {
  readonly list: ListDeclaration;
  readonly all: readonly View[];
  readonly search: ListSearch;
  readonly narrow: boolean;
  readonly onSearch: (search: ListSearch) => void;
}

/** Above so many, they stand in two columns where there is room. */
const inOneColumn = 6;

function filterColumns(list: ListDeclaration): readonly Column[] {
  return list.columns.filter(({ filter }) => filter === true);
}

export function isLong(list: ListDeclaration): boolean {
  return filterColumns(list).length > inOneColumn;
}

/** Every filter of the list: each asks for one of some values or for a range, all of them have to hold. */
export function FilterForm({ list, all, search, narrow, onSearch }: Props) {
  const wanted = new Map(filtersOf(search));
  return (
    <div className={classes.filterForm} data-wide={(!narrow && isLong(list)) || undefined}>
      {filterColumns(list).map((column) => {
        const { field } = column;
        const kind = kindOf(list, field);
        const values = wanted.get(field) ?? [];
        const change = (next: string | readonly string[]) => onSearch(withFilter(search, field, next));
        return isRanged(kind) ? (
          <RangeFilter
            key={field}
            list={list}
            column={column}
            range={readRange(kind, values[0] ?? "") ?? open}
            onRange={(range) => change(rangeText(range) ?? [])}
          />
        ) : (
          <ValueFilter key={field} list={list} column={column} all={all} values={values} onChange={change} />
        );
      })}
    </div>
  );
}

const open: Range = { from: null, to: null };

interface ValueProps extends Pick<Props, "list" | "all"> {
  readonly column: Column;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

function ValueFilter({ list, column, all, values, onChange }: ValueProps) {
  const { t } = useTranslation();
  const textOf = useValueText(list);
  const options = useMemo(() => {
    const choices = choicesOf(list, column.field);
    const offered = choices.length > 0 ? choices : valuesInUse(all, column.field);
    return offered.map((value) => ({ value, label: textOf(column, value) }));
  }, [list, column, all, textOf]);
  return (
    <MultiSelect
      size="sm"
      label={labelOf(t, column)}
      placeholder={values.length > 0 ? "" : t("list.filter.any")}
      data={options}
      value={[...values]}
      onChange={onChange}
      searchable
      openOnFocus={false}
      clearable
      limit={100}
      nothingFoundMessage={t("common.nothingFound")}
      clearButtonProps={{ "aria-label": t("list.filter.clearOne", { field: labelOf(t, column) }) }}
      comboboxProps={{ withinPortal: false }}
      {...scrollingOptions}
    />
  );
}
