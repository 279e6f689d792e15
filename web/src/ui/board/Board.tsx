import { IconArrowsHorizontal, IconArrowsMove } from "@tabler/icons-react";
import { type KeyboardEvent, memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { defineKeys } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { type Drag, useDrag } from "@/ui/drag/useDrag";
import { useFormats } from "@/ui/language/formats";
import { More, useFirst } from "@/ui/layout/More";
import classes from "./board.module.css";
import { arrowOf, focusCard, neighbourOf } from "./walking";

export interface BoardColumn<Item> {
  readonly id: string;
  readonly title: string;
  readonly head: ReactNode;
  readonly items: readonly Item[];
}

const walkCards = defineKeys({
  id: "board.walk",
  label: "actions.walkCards",
  icon: IconArrowsMove,
  section: "list",
  shortcut: "arrows",
});

const moveCard = defineKeys<{ readonly canMove: boolean }>({
  id: "board.move",
  label: "actions.moveCard",
  icon: IconArrowsHorizontal,
  section: "list",
  shortcut: "alt+left/right",
  when: ({ canMove }) => canMove,
});

interface Props<Item extends { readonly id: string }> {
  readonly label: string;
  readonly columns: readonly BoardColumn<Item>[];
  /** Holds exactly one link, which has the focus when the card has. Another function has all cards drawn anew. */
  readonly draw: (item: Item) => ReactNode;
  readonly canMove: boolean;
  /** Whether this one may come there; where not, the column says so while it is dragged. */
  readonly mayGo: (id: string, column: string) => boolean;
  readonly onMove: (id: string, column: string) => void;
}

/**
 * Cards in columns. A card is dragged, or moved by Alt and an arrow; arrows alone walk from card to card. Of a long
 * column the first are drawn.
 */
export function Board<Item extends { readonly id: string }>(props: Props<Item>) {
  const { label, columns, draw, canMove, mayGo, onMove } = props;
  useActions([walkCards, moveCard], { canMove });
  const [moved, setMoved] = useState<string>();
  const columnOf = useMemo(
    () => new Map(columns.flatMap(({ id, items }) => items.map((item) => [item.id, id]))),
    [columns],
  );
  const walked = useRef<{ readonly id: string; readonly to: string } | null>(null);
  // A card that went to another column by the keyboard keeps the focus, whenever that is drawn.
  useLayoutEffect(() => {
    if (walked.current === null || columnOf.get(walked.current.id) !== walked.current.to) return;
    focusCard(walked.current.id);
    walked.current = null;
  }, [columnOf]);
  function move(id: string, column: string): void {
    setMoved(id);
    onMove(id, column);
  }
  const { drag, begin } = useDrag((id, { list }) => {
    if (columnOf.get(id) !== list) move(id, list);
  });

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const card = (event.target as HTMLElement).closest<HTMLElement>("[data-drag]");
    const by = arrowOf(event);
    if (card === null || by === null) return;
    event.preventDefault();
    if (!event.altKey) {
      focusCard(neighbourOf(card, by));
      return;
    }
    const id = card.dataset.drag ?? "";
    const at = columns.findIndex((column) => column.id === columnOf.get(id));
    const next = columns[at + by.columns];
    if (!canMove || by.columns === 0 || next === undefined) return;
    walked.current = { id, to: next.id };
    move(id, next.id);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would frame what is no form
    <div
      className={classes.board}
      role="group"
      aria-label={label}
      onKeyDown={onKeyDown}
      onPointerDown={canMove ? begin : undefined}
    >
      {columns.map((column) => (
        <Column
          key={column.id}
          column={column}
          draw={draw as (item: never) => ReactNode}
          moved={moved}
          held={drag?.id}
          over={overOf(drag, column.id, columnOf, mayGo)}
        />
      ))}
    </div>
  );
}

/** Whether what is dragged would land in this column, or may not come there. */
function overOf(
  drag: Drag | null,
  column: string,
  columnOf: ReadonlyMap<string, string>,
  mayGo: Props<never>["mayGo"],
): "over" | "closed" | null {
  if (drag === null) return null;
  if (!mayGo(drag.id, column)) return columnOf.get(drag.id) === column ? null : "closed";
  return drag.over?.list === column ? "over" : null;
}

interface ColumnProps {
  readonly column: BoardColumn<{ readonly id: string }>;
  readonly draw: (item: never) => ReactNode;
  readonly moved: string | undefined;
  readonly held: string | undefined;
  readonly over: ReturnType<typeof overOf>;
}

function Column({ column: { id, title, head, items }, draw, moved, held, over }: ColumnProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { first, rest, more } = useFirst(items);
  // What was moved here is seen, even where its place lies beyond.
  const beyond = rest === 0 ? undefined : items.slice(first.length).find((item) => item.id === moved);
  const shown = beyond === undefined ? first : [beyond, ...first];
  return (
    <section
      className={classes.column}
      data-drop={id}
      data-over={over === "over" || undefined}
      data-closed={over === "closed" || undefined}
      aria-label={title}
    >
      <header className={classes.head}>
        {head}
        <span className={classes.count}>{number(items.length)}</span>
      </header>
      <ul className={classes.cards} aria-label={title}>
        {shown.map((item) => (
          <Card key={item.id} item={item} draw={draw} held={held === item.id} />
        ))}
        {rest > 0 && (
          <li className={classes.more}>
            <More rest={rest} more={more} />
          </li>
        )}
      </ul>
      {items.length === 0 && <p className={classes.empty}>{t("board.empty")}</p>}
    </section>
  );
}

interface CardProps {
  readonly item: { readonly id: string };
  readonly draw: (item: never) => ReactNode;
  readonly held: boolean;
}

// All the others stand still while one moves.
const Card = memo(function Card({ item, draw, held }: CardProps) {
  return (
    <li className={classes.card} data-drag={item.id} data-held={held || undefined}>
      {draw(item as never)}
    </li>
  );
});
