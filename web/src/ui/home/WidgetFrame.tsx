import { ActionIcon, Skeleton } from "@mantine/core";
import { IconGripVertical, IconX } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { contract } from "@/engine/metadata";
import { useStatus } from "@/engine/react";
import type { Part } from "@/ui/drag/parts";
import classes from "./home.module.css";
import type { Widget } from "./widget";

interface Props extends Part {
  readonly widget: Widget;
  readonly canArrange: boolean;
  readonly onHide: () => void;
}

/** A widget with its head, by which it is moved and put away. */
export function WidgetFrame({ widget, canArrange, onHide, held, dropBefore, dropAfter }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { icon: WidgetIcon, Body, draws = [] } = widget;
  const title = t(widget.title);
  const isHere = useStatus(({ scopes }) =>
    draws.every((type) => scopes[contract.records[type].scope] !== "loading"),
  );
  return (
    <section
      className={classes.widget}
      aria-labelledby={id}
      data-drag={widget.id}
      data-held={held || undefined}
      data-drop-before={dropBefore || undefined}
      data-drop-after={dropAfter || undefined}
    >
      <header className={classes.head} data-grip>
        <WidgetIcon className={classes.icon ?? ""} size={17} stroke={1.7} aria-hidden />
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {canArrange && (
          <span className={classes.tools}>
            <ActionIcon
              className={classes.handle ?? ""}
              data-handle
              size="sm"
              aria-label={t("home.move", { title })}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight"
            >
              <IconGripVertical size={15} aria-hidden />
            </ActionIcon>
            <ActionIcon size="sm" aria-label={t("home.hide", { title })} onClick={onHide}>
              <IconX size={15} aria-hidden />
            </ActionIcon>
          </span>
        )}
      </header>
      <div className={classes.body}>{isHere ? <Body /> : <Loading label={t("common.loading")} />}</div>
    </section>
  );
}

function Loading({ label }: { readonly label: string }) {
  return (
    <div role="status" aria-label={label} className={classes.loading}>
      <Skeleton h={12} w="62%" />
      <Skeleton h={12} w="48%" />
      <Skeleton h={12} w="55%" />
    </div>
  );
}
