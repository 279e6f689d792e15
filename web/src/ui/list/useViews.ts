import { newId } from "@/engine/ids";
import { create, remove, set } from "@/engine/operations";
import { useEngine, useMe, useRecords } from "@/engine/react";
import type { View } from "@/engine/types";
import { chosenFields } from "./columns";
import type { ListDeclaration } from "./list";
import { type ListSearch, readSearch, readSearchText, searchText } from "./search";

/** What a list shows and how: what a saved view is a name for. */
export interface Shown {
  readonly search: ListSearch;
  /** `null` for the columns that the list has by itself. */
  readonly columns: readonly string[] | null;
}

export type SavedView = View<"platform.view">;

/** What the view was saved to show, as far as the list still knows it. */
export function shownBy(list: ListDeclaration, { values }: SavedView): Shown {
  return {
    search: readSearchText(list.type, values.search ?? "{}"),
    columns: values.columns.length === 0 ? null : chosenFields(list, values.columns),
  };
}

/** Whether both say the same, in whatever order. */
export function sameShown(list: ListDeclaration, one: Shown, other: Shown): boolean {
  const plain = ({ search, columns }: Shown) =>
    `${searchText(readSearch(list.type, search))} ${[...(columns ?? [])].sort().join()}`;
  return plain(one) === plain(other);
}

interface Views {
  /** Mine, for this list, by name. */
  readonly views: readonly SavedView[];
  /** The one that shows just what the list shows now. */
  readonly current: SavedView | undefined;
  /** Keeps what is shown under this name, in place of what it named before. */
  readonly save: (name: string) => void;
  readonly rename: (view: SavedView, name: string) => void;
  /** Answers by which id it is taken back. */
  readonly forget: (view: SavedView) => string;
}

export function useViews(list: ListDeclaration, now: Shown): Views {
  const engine = useEngine();
  const { me } = useMe();
  const views = useRecords("platform.view")
    .filter(({ values }) => values.recordType === list.type)
    .toSorted((one, other) => one.values.name.localeCompare(other.values.name));

  return {
    views,
    current: views.find((view) => sameShown(list, shownBy(list, view), now)),
    save(name) {
      if (me === null) return;
      const search = searchText(now.search);
      // The name is always shown, so that a choice of nothing else is not the same as no choice.
      const columns = now.columns === null ? [] : [list.name, ...now.columns];
      const before = views.find(({ values }) => values.name === name);
      engine.transact(
        before === undefined
          ? [
              create("platform.view", newId(), {
                member: me.member,
                recordType: list.type,
                name,
                search,
                columns,
              }),
            ]
          : [
              set("platform.view", before.id, "search", search),
              set("platform.view", before.id, "columns", columns),
            ],
      );
    },
    rename: (view, name) => void engine.transact([set("platform.view", view.id, "name", name)]),
    forget: (view) => engine.transact([remove("platform.view", view.id)]).id,
  };
}
