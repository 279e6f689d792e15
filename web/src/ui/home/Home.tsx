import { IconArrowsMove } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { defineKeys } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { type Drag, useDrag } from "@/ui/drag/useDrag";
import type { Step } from "./arrangement";
import classes from "./home.module.css";
import { useArrangement } from "./useArrangement";
import { WidgetFrame } from "./WidgetFrame";
import { WidgetMenu } from "./WidgetMenu";
import { type Column, columns, type Widget } from "./widget";

const moveWidget = defineKeys<{ readonly canArrange: boolean }>({
  id: "home.move",
  label: "actions.moveWidget",
  icon: IconArrowsMove,
  section: "view",
  shortcut: "alt+arrows",
  when: ({ canArrange }) => canArrange,
});

interface Props {
  readonly title: string;
  readonly lead: string;
  /** All that there are; a person sees those that he may see and has not put away. */
  readonly widgets: readonly Widget[];
  /** What comes before them. */
  readonly children: ReactNode;
}

/** The first page of a workspace: widgets in two columns, arranged by dragging, or by Alt and the arrows. */
export function Home({ title, lead, widgets, children }: Props) {
  const { t } = useTranslation();
  const { offered, shown, hidden, canArrange, move, step, toggle, reset } = useArrangement(widgets);
  useActions([moveWidget], { canArrange });
  const menu = useRef<HTMLButtonElement>(null);
  const { drag, begin } = useDrag((id, { list, index }) => move(id, { column: list as Column, index }));

  function onKey(event: KeyboardEvent<HTMLElement>): void {
    const way = stepOf(event);
    const focused = event.target as HTMLElement;
    const id = focused.closest<HTMLElement>("[data-handle]")?.closest<HTMLElement>("[data-drag]")
      ?.dataset.drag;
    if (!event.altKey || way === null || id === undefined) return;
    event.preventDefault();
    if (step(id, way)) focusHandle(id);
  }

  function onPointer(event: PointerEvent<HTMLElement>): void {
    if ((event.target as HTMLElement).closest("[data-grip]")) begin(event);
  }

  function hide(id: string): void {
    toggle(id);
    menu.current?.focus();
  }

  return (
    <div className={classes.page}>
      <div className={classes.inner}>
        <header className={classes.header}>
          <div>
            <h1 className={classes.hello}>{title}</h1>
            <p className={classes.lead}>{lead}</p>
          </div>
          {canArrange && (
            <WidgetMenu widgets={offered} hidden={hidden} button={menu} onToggle={toggle} onReset={reset} />
          )}
        </header>
        {children}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the handles in it are what is acted on */}
        <div
          className={classes.columns}
          onKeyDown={canArrange ? onKey : undefined}
          onPointerDown={canArrange ? onPointer : undefined}
        >
          {columns.map((column) => (
            <div key={column} className={classes.column} data-drop={column} data-column={column}>
              {shown[column].map((widget) => (
                <WidgetFrame
                  key={widget.id}
                  widget={widget}
                  drag={partIn(drag, column, shown[column], widget.id)}
                  canArrange={canArrange}
                  onHide={() => hide(widget.id)}
                />
              ))}
              {shown[column].length === 0 && drag !== null && (
                <p className={classes.room}>{t("home.dropHere")}</p>
              )}
            </div>
          ))}
        </div>
        {shown.main.length + shown.side.length === 0 && <p className={classes.bare}>{t("home.bare")}</p>}
      </div>
    </div>
  );
}

/** Whether a widget is dragged, or what is dragged would land before it, or behind it as the last. */
function partIn(drag: Drag | null, column: Column, widgets: readonly Widget[], id: string) {
  const over = drag?.over?.list === column && drag.id !== id ? drag.over : null;
  const others = widgets.filter((widget) => widget.id !== drag?.id).map((widget) => widget.id);
  return {
    held: drag?.id === id,
    before: over !== null && others[over.index] === id,
    after: over !== null && over.index === others.length && others.at(-1) === id,
  };
}

/** A widget that is put elsewhere in the document loses the focus. */
function focusHandle(id: string): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-drag="${CSS.escape(id)}"] [data-handle]`)?.focus(),
  );
}

function stepOf({ key }: KeyboardEvent<HTMLElement>): Step | null {
  if (key === "ArrowUp") return "before";
  if (key === "ArrowDown") return "after";
  return key === "ArrowLeft" || key === "ArrowRight" ? "across" : null;
}
