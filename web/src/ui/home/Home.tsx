import { IconArrowsMove } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { defineKeys } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { partsIn } from "@/ui/drag/parts";
import { useDrag } from "@/ui/drag/useDrag";
import { focusOnceDrawn } from "@/ui/focus";
import { Page } from "@/ui/layout/Page";
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
    if (step(id, way)) focusOnceDrawn(`[data-drag="${CSS.escape(id)}"] [data-handle]`);
  }

  function onPointer(event: PointerEvent<HTMLElement>): void {
    if ((event.target as HTMLElement).closest("[data-grip]")) begin(event);
  }

  function hide(id: string): void {
    toggle(id);
    menu.current?.focus();
  }

  return (
    <Page
      title={title}
      lead={lead}
      wide
      actions={
        canArrange && (
          <WidgetMenu widgets={offered} hidden={hidden} button={menu} onToggle={toggle} onReset={reset} />
        )
      }
    >
      <div className={classes.home}>
        {children}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the handles in it are what is acted on */}
        <div
          className={classes.columns}
          onKeyDown={canArrange ? onKey : undefined}
          onPointerDown={canArrange ? onPointer : undefined}
        >
          {columns.map((column) => {
            const ids = shown[column].map(({ id }) => id);
            const partOf = partsIn(drag, column, ids);
            return (
              <div key={column} className={classes.column} data-drop={column} data-column={column}>
                {shown[column].map((widget) => (
                  <WidgetFrame
                    key={widget.id}
                    widget={widget}
                    canArrange={canArrange}
                    onHide={() => hide(widget.id)}
                    {...partOf(widget.id)}
                  />
                ))}
                {ids.length === 0 && drag !== null && <p className={classes.room}>{t("home.dropHere")}</p>}
              </div>
            );
          })}
        </div>
        {shown.main.length + shown.side.length === 0 && <p className={classes.bare}>{t("home.bare")}</p>}
      </div>
    </Page>
  );
}

function stepOf({ key }: KeyboardEvent<HTMLElement>): Step | null {
  if (key === "ArrowUp") return "before";
  if (key === "ArrowDown") return "after";
  return key === "ArrowLeft" || key === "ArrowRight" ? "across" : null;
}
