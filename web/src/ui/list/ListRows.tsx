import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import type { Asked } from "./BulkDialogs";
import type { Bulk } from "./bulk";
import { columnTracks, widthOf } from "./columns";
import { ListHead } from "./ListHead";
import { ListRow } from "./ListRow";
import type { Column, List } from "./list";
import classes from "./list.module.css";
import type { Names } from "./names";
import type { ListSearch } from "./search";
import { everything, extended, nothing, type Selection, toggled } from "./selection";
import { useLongPress } from "./useLongPress";
import { useWriting } from "./useWriting";

/** In pixels: rows are of one height, so that the place of each is known without drawing it. */
const heights = { head: 36, row: 44, card: 60, bar: 72 } as const;

export type RowScroller = Pick<Virtualizer<HTMLDivElement, Element>, "scrollToIndex">;

interface Props {
  readonly list: List;
  readonly columns: readonly Column[];
  readonly rows: readonly View[];
  readonly names: Names;
  readonly narrow: boolean;
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
  readonly openId: string | undefined;
  readonly currentId: string | undefined;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly open: (id: string) => void;
  readonly hrefOf: (id: string) => string;
  readonly move: (by: number) => void;
  readonly scroller: RefObject<RowScroller | null>;
  readonly bulk: Bulk;
  readonly onAsk: (asked: Asked) => void;
}

/** Only what is in sight is drawn, so that fifty thousand records scroll like fifty. */
export function ListRows(props: Props) {
  const { list, columns, rows, names, narrow, selection, onSelect, currentId, openId, move, scroller } =
    props;
  const { t } = useTranslation();
  const writing = useWriting(list, names);
  const viewport = useRef<HTMLDivElement>(null);
  const height = narrow ? heights.card : heights.row;
  const room = selection.ids.size > 0 ? heights.bar : 0;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => height,
    overscan: 8,
    // The head lies above the rows, and the bar of a selection over the last of them.
    scrollPaddingEnd: (narrow ? 0 : heights.head) + room,
  });
  const drawnHeight = useRef(height);
  useLayoutEffect(() => {
    const before = drawnHeight.current;
    if (before === height || viewport.current === null) return;
    drawnHeight.current = height;
    virtualizer.measure();
    // The row that stood first stands first in the other form as well.
    viewport.current.scrollTop *= height / before;
  }, [height, virtualizer]);
  useImperativeHandle(scroller, () => ({ scrollToIndex: virtualizer.scrollToIndex }), [virtualizer]);
  // Rows that did not change are not drawn anew, so what they call must be the same and know the latest.
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  const openOne = useCallback((id: string) => latest.current.open(id), []);
  const askMore = useCallback((one: View) => latest.current.onAsk({ what: "more", records: [one] }), []);
  const select = useCallback((id: string, range: boolean) => {
    const now = latest.current;
    now.onSelect(range ? extended(now.selection, now.rows, id) : toggled(now.selection, id));
  }, []);

  const longPress = useLongPress((id) => select(id, false));

  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: 10,
    PageUp: -10,
    Home: -rows.length,
    End: rows.length,
  };
  function onKeyDown(event: KeyboardEvent): void {
    const by = steps[event.key];
    if (by === undefined || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(by);
  }

  const tracks = columnTracks(list, columns);
  const least = columns.reduce((sum, column) => sum + widthOf(list, column) + 0.75, 4);
  const style = narrow ? {} : { "--tracks": tracks, "--least": `${least}rem` };
  const tabbable = currentId ?? rows[0]?.id;
  return (
    <div ref={viewport} className={classes.viewport}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed, which those of a table cannot be */}
      <div
        role="grid"
        className={classes.grid}
        style={style as CSSProperties}
        aria-label={t(list.words.title)}
        aria-rowcount={rows.length + (narrow ? 0 : 1)}
        aria-multiselectable
        data-selecting={selection.ids.size > 0 || undefined}
        onKeyDown={onKeyDown}
        {...longPress}
      >
        {!narrow && (
          <ListHead
            list={list}
            columns={columns}
            search={props.search}
            onSearch={props.onSearch}
            chosen={selection.ids.size}
            of={rows.length}
            onAll={() => onSelect(selection.ids.size > 0 ? nothing : everything(rows))}
          />
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className={classes.rows} style={{ blockSize: rows.length * height + room }}>
          {virtualizer.getVirtualItems().map(({ index }) => {
            const record = rows[index];
            return record === undefined ? null : (
              <ListRow
                key={record.id}
                list={list}
                columns={columns}
                record={record}
                narrow={narrow}
                index={index + (narrow ? 1 : 2)}
                top={index * height}
                height={height}
                href={props.hrefOf(record.id)}
                isOpen={record.id === openId}
                isCurrent={record.id === currentId}
                isTabbable={record.id === tabbable}
                isSelected={selection.ids.has(record.id)}
                isSelecting={selection.ids.size > 0}
                writing={writing}
                canChange={props.bulk.canUpdate || props.bulk.canDelete}
                onOpen={openOne}
                onSelect={select}
                onMore={askMore}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
