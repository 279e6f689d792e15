import type { ReactNode } from "react";
import { useLoaded } from "@/engine/react";
import type { View } from "@/engine/types";
import type { RowContext } from "./actions";
import { LoadingRows, MayNotRead, NothingFound, NothingYet } from "./ListStates";
import type { LayoutProps, List } from "./list";
import classes from "./list.module.css";

interface Props extends Omit<LayoutProps, "records"> {
  readonly list: List;
  readonly all: readonly View[];
  /** What is found of them. */
  readonly rows: readonly View[];
  readonly context: RowContext;
  /** Shows all of them again. */
  readonly onClear: () => void;
  /** The rows, where nothing else takes their place. */
  readonly children: ReactNode;
}

/** What is found, as rows or in the layout that was chosen; or why there is nothing. */
export function ListBody({ list, all, rows, context, onClear, children, ...rest }: Props) {
  const loaded = useLoaded(list.type);
  const layout = list.layouts?.find(({ id }) => id === context.layout);
  if (loaded === "loading" && all.length === 0) return <LoadingRows />;
  if (loaded === "refused") return <MayNotRead />;
  if (all.length === 0) return <NothingYet list={list} context={context} />;
  if (rows.length === 0) return <NothingFound onClear={onClear} />;
  if (layout?.Draw === undefined) return children;
  return (
    context.isShown && (
      <div className={classes.layout}>
        <layout.Draw records={rows} {...rest} />
      </div>
    )
  );
}
