import { type KeyboardEvent, memo, type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useDrag } from "@/ui/drag/useDrag";
import classes from "./board.module.css";

export interface BoardColumn<Item> {
  readonly id: string;
  readonly title: string;
  readonly head: ReactNode;
  readonly items: readonly Item[];
}

interface Props<Item extends { readonly id: string }> {
  readonly label: string;
  readonly columns: readonly BoardColumn<Item>[];
  /** Holds exactly one link, which has the focus when the card has. */
  readonly draw: (item: Item) => ReactNode;
  readonly canMove: boolean;
  /** Whether this one may come there; where not, the column says so while it is dragged. */
  readonly mayGo: (id: string, column: string) => boolean;
  readonly onMove: (id: string, column: string) => void;
}

/**
 * Cards in columns. A card is dragged, or moved by Alt and an arrow; arrows alone walk from card to card.
 */
export function Board<Item extends { readonly id: string }>(props: Props<Item>) {
  const { label, columns, draw, canMove, mayGo, onMove } = props;
  const { t } = useTranslation();
  const columnOf = useMemo(
    () => new Map(columns.flatMap(({ id, items }) => items.map((item) => [item.id, id]))),
    [columns],
  );
  const { drag, begin } = useDrag((id, { list }) => {
    if (columnOf.get(id) !== list) onMove(id, list);
  });

  function walk(event: KeyboardEvent<HTMLElement>): void {
    const card = (event.target as HTMLElement).closest<HTMLElement>("[data-drag]");
    const by = arrowOf(event);
    if (card === null || by === null) return;
    const id = card.dataset.drag ?? "";
    const at = columns.findIndex((column) => column.id === columnOf.get(id));
    const row = columns[at]?.items.findIndex((item) => item.id === id) ?? -1;
    event.preventDefault();
    if (event.altKey) {
      const next = columns[at + by.columns];
      if (!canMove || by.columns === 0 || next === undefined) return;
      onMove(id, next.id);
      focusCard(id);
    } else if (by.rows !== 0) {
      focusCard(columns[at]?.items[row + by.rows]?.id);
    } else {
      const beside = columns.filter(({ items }, index) => items.length > 0 && (index - at) * by.columns > 0);
      const next = by.columns > 0 ? beside[0] : beside.at(-1);
      focusCard(next?.items[Math.min(row, next.items.length - 1)]?.id);
    }
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would frame what is no form
    <div
      className={classes.board}
      role="group"
      aria-label={label}
      onKeyDown={walk}
      onPointerDown={canMove ? begin : undefined}
    >
      {columns.map(({ id, title, head, items }) => (
        <section
          key={id}
          className={classes.column}
          data-drop={id}
          data-over={(drag?.over?.list === id && mayGo(drag.id, id)) || undefined}
          data-closed={(drag !== null && columnOf.get(drag.id) !== id && !mayGo(drag.id, id)) || undefined}
          aria-label={title}
        >
          <header className={classes.head}>
            {head}
            <span className={classes.count}>{items.length}</span>
          </header>
          <ul className={classes.cards} aria-label={title}>
            {items.map((item) => (
              <Card
                key={item.id}
                item={item}
                draw={draw as (item: never) => ReactNode}
                held={drag?.id === item.id}
              />
            ))}
          </ul>
          {items.length === 0 && <p className={classes.empty}>{t("board.empty")}</p>}
        </section>
      ))}
    </div>
  );
}

interface CardProps {
  readonly item: { readonly id: string };
  readonly draw: (item: never) => ReactNode;
  readonly held: boolean;
}

// A thousand of them stand still while one moves.
const Card = memo(function Card({ item, draw, held }: CardProps) {
  return (
    <li className={classes.card} data-drag={item.id} data-held={held || undefined}>
      {draw(item as never)}
    </li>
  );
});

/** Once it is drawn where it is now. */
function focusCard(id: string | undefined): void {
  if (id === undefined) return;
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-drag="${id}"] a`)?.focus());
}

function arrowOf({
  key,
  currentTarget,
}: KeyboardEvent<HTMLElement>): { rows: number; columns: number } | null {
  const forward = getComputedStyle(currentTarget).direction === "rtl" ? -1 : 1;
  switch (key) {
    case "ArrowUp":
      return { rows: -1, columns: 0 };
    case "ArrowDown":
      return { rows: 1, columns: 0 };
    case "ArrowLeft":
      return { rows: 0, columns: -forward };
    case "ArrowRight":
      return { rows: 0, columns: forward };
    default:
      return null;
  }
}
