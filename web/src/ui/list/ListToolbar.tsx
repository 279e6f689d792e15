import { Badge, SegmentedControl } from "@mantine/core";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { ActionButton } from "@/ui/actions/ActionButton";
import { useFormats } from "@/ui/language/formats";
import { TransferMenu } from "@/ui/transfer/TransferMenu";
import type { RowContext } from "./actions";
import { ColumnMenu } from "./ColumnMenu";
import { shownColumns } from "./columns";
import { FilterMenu } from "./FilterMenu";
import { type List, layoutOf } from "./list";
import classes from "./list.module.css";
import { SearchField } from "./SearchField";
import type { ListSearch } from "./search";
import { ViewMenu } from "./ViewMenu";

interface Props {
  readonly list: List;
  readonly context: RowContext;
  readonly all: readonly View[];
  readonly shown: number;
  readonly narrow: boolean;
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch, step?: "step") => void;
  readonly searchRef: RefObject<HTMLInputElement | null>;
  readonly columns: readonly string[] | null;
  readonly onColumns: (fields: readonly string[] | null) => void;
}

export function ListToolbar(props: Props) {
  const { list, context, all, shown, narrow, search, onSearch, columns, onColumns } = props;
  const { t } = useTranslation();
  const { number } = useFormats();
  const { me } = useMe();
  const count =
    shown === all.length
      ? number(shown)
      : t("list.shownOf", { shown: number(shown), total: number(all.length) });
  const layouts = list.layouts !== undefined && (
    <SegmentedControl
      size="xs"
      fullWidth={narrow}
      className={classes.layouts ?? ""}
      aria-label={t("list.layout")}
      value={context.layout ?? ""}
      onChange={context.show}
      data={list.layouts.map(({ id, label }) => ({ value: id, label: t(label) }))}
    />
  );
  return (
    <header className={classes.toolbar}>
      <div className={classes.heading}>
        <span className={classes.title} aria-hidden>
          {t(list.words.title)}
        </span>
        <Badge variant="light" color="gray" c="dimmed" tt="none" fw={540} aria-live="polite">
          {count}
        </Badge>
        {!narrow && layouts}
      </div>
      <div className={classes.create}>
        <TransferMenu type={list.type} title={t(list.words.title)} />
        {context.canCreate ? (
          <ActionButton action={list.rowActions.create} context={context} size="xs" />
        ) : me === null ? null : (
          <Badge variant="outline" color="gray" c="dimmed" tt="none" fw={540}>
            {t("list.viewOnly")}
          </Badge>
        )}
      </div>
      <div className={classes.filters}>
        {narrow && layouts}
        <ViewMenu
          list={list}
          now={{ search, columns }}
          onShow={(next) => {
            onColumns(next.columns);
            onSearch(next.search, "step");
          }}
        />
        <SearchField
          list={list}
          query={search.q ?? ""}
          onQuery={(q) => {
            const { q: _, ...rest } = search;
            onSearch(q === "" ? rest : { ...rest, q });
          }}
          onDown={() => context.move(1)}
          inputRef={props.searchRef}
        />
        <FilterMenu
          list={list}
          all={all}
          search={search}
          narrow={narrow}
          onSearch={(next) => onSearch(next, "step")}
        />
        {!narrow && layoutOf(list, search)?.Draw === undefined && (
          <ColumnMenu list={list} shown={shownColumns(list, columns)} onChoose={onColumns} />
        )}
      </div>
    </header>
  );
}
