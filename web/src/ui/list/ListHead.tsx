import { Checkbox, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { kindOf } from "./fields";
import { type Column, type List, labelOf } from "./list";
import classes from "./list.module.css";
import { isSortable } from "./SortChoices";
import { type ListSearch, orderOf, withOrder } from "./search";

interface Props {
  readonly list: List;
  readonly columns: readonly Column[];
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
  readonly chosen: number;
  readonly of: number;
  readonly onAll: () => void;
}

/** The names of the columns; a click sorts by one, another the other way round. */
export function ListHead({ list, columns, search, onSearch, chosen, of, onAll }: Props) {
  const { t } = useTranslation();
  const { field: sorted, descending } = orderOf(search, list.name);
  function sort(field: string): void {
    // Of times the newest is asked for first.
    const first = kindOf(list, field) === "time";
    onSearch(withOrder(search, { field, descending: field === sorted ? !descending : first }, list.name));
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed, which those of a table cannot be
    <div role="rowgroup" className={classes.headGroup}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="row" className={classes.head} aria-rowindex={1} tabIndex={-1}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <span role="columnheader" className={classes.box} tabIndex={-1}>
          <Checkbox
            size="xs"
            aria-label={t("actions.selectAll")}
            checked={chosen > 0 && chosen >= of}
            indeterminate={chosen > 0 && chosen < of}
            onChange={onAll}
          />
        </span>
        {columns.map(({ field, label }) => {
          const isSorted = field === sorted;
          const Arrow = descending ? IconArrowDown : IconArrowUp;
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            <span
              key={field}
              role="columnheader"
              tabIndex={-1}
              className={classes.headCell}
              data-kind={kindOf(list, field)}
              aria-sort={isSorted ? (descending ? "descending" : "ascending") : undefined}
            >
              {isSortable(list, field) ? (
                <UnstyledButton className={classes.headButton} onClick={() => sort(field)}>
                  {labelOf(t, { label })}
                  <Arrow
                    size={13}
                    aria-hidden
                    className={classes.arrow}
                    data-sorted={isSorted || undefined}
                  />
                </UnstyledButton>
              ) : (
                labelOf(t, { label })
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}
