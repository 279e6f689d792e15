import { Button, CloseButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { madeOnce } from "@/ui/language/madeOnce";
import { columnOf, type ListDeclaration, labelOf } from "./list";
import classes from "./list.module.css";
import { filtersOf, type ListSearch, withFilter, withoutFilters } from "./search";
import { useRangeText } from "./useRangeText";
import { useValueText } from "./useValueText";

interface Props {
  readonly list: ListDeclaration;
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
}

const eitherIn = madeOnce(
  (language) => new Intl.ListFormat(language, { type: "disjunction", style: "short" }),
);

/** What narrows the list, each with a way to take it away. */
export function FilterChips({ list, search, onSearch }: Props) {
  const { t, i18n } = useTranslation();
  const textOf = useValueText(list);
  const rangeOf = useRangeText(list);
  const either = eitherIn(i18n.language);
  const chips = filtersOf(search).flatMap(([field, values]) => {
    const column = columnOf(list, field);
    const label = column === undefined ? field : labelOf(t, column);
    const text =
      column === undefined
        ? either.format(values)
        : (rangeOf(column, values[0] ?? "") ?? either.format(values.map((value) => textOf(column, value))));
    return [{ field, label, text }];
  });
  if (chips.length === 0) return null;
  return (
    <div className={classes.chips}>
      {chips.map(({ field, label, text }) => (
        <span key={field} className={classes.chip}>
          <span className={classes.chipText}>
            {label}: <bdi>{text}</bdi>
          </span>
          <CloseButton
            size="xs"
            aria-label={t("list.filter.clearOne", { field: label })}
            onClick={() => onSearch(withFilter(search, field, []))}
          />
        </span>
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        onClick={() =>
          onSearch({ ...withoutFilters(search), ...(search.q !== undefined && { q: search.q }) })
        }
      >
        {t("list.filter.clear")}
      </Button>
    </div>
  );
}
