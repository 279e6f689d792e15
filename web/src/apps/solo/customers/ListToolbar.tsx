import { Badge } from "@mantine/core";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "@/ui/actions/ActionButton";
import { useFormats } from "@/ui/language/formats";
import { TransferMenu } from "@/ui/transfer/TransferMenu";
import { type ListContext, newCustomer } from "./actions";
import classes from "./customers.module.css";
import { FilterMenu } from "./FilterMenu";
import type { CustomerSearch } from "./listing";
import { SearchField } from "./SearchField";
import { SortMenu } from "./SortMenu";

interface Props {
  readonly context: ListContext;
  readonly search: CustomerSearch;
  readonly onSearch: (search: CustomerSearch) => void;
  readonly total: number;
  readonly shown: number;
  readonly searchRef: RefObject<HTMLInputElement | null>;
}

export function ListToolbar({ context, search, onSearch, total, shown, searchRef }: Props) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const count =
    shown === total ? number(total) : t("customers.shownOf", { shown: number(shown), total: number(total) });
  return (
    <header className={classes.toolbar}>
      <div className={classes.heading}>
        <span className={classes.title} aria-hidden>
          {t("customers.title")}
        </span>
        <Badge variant="light" color="gray" c="dimmed" tt="none" fw={540} aria-live="polite">
          {count}
        </Badge>
      </div>
      <div className={classes.create}>
        <TransferMenu type="solo.customer" title={t("customers.title")} />
        {context.canCreate ? (
          <ActionButton action={newCustomer} context={context} size="xs" />
        ) : (
          <Badge variant="outline" color="gray" c="dimmed" tt="none" fw={540}>
            {t("record.viewOnly")}
          </Badge>
        )}
      </div>
      <div className={classes.filters}>
        <SearchField
          query={search.q ?? ""}
          onQuery={(q) => onSearch({ ...search, q })}
          onDown={() => context.move(1)}
          inputRef={searchRef}
        />
        <FilterMenu search={search} onSearch={onSearch} />
        <SortMenu search={search} onSearch={onSearch} />
      </div>
    </header>
  );
}
