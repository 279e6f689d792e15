import { useTranslation } from "react-i18next";
import { useMe } from "@/engine/react";
import { announce } from "@/ui/feedback/Announcer";
import { useTakeBack } from "@/ui/record/useTakeBack";
import {
  type Kept,
  moved,
  type Place,
  placeIn,
  placesOf,
  type Shown,
  type Step,
  shownOf,
  stepFrom,
} from "./arrangement";
import { useHome } from "./useHome";
import type { Widget } from "./widget";

const nowhere: Kept = { main: [], side: [], hidden: [] };

interface Arrangement {
  /** Those that I may see. */
  readonly offered: readonly Widget[];
  readonly shown: Shown;
  readonly hidden: readonly string[];
  readonly canArrange: boolean;
  readonly move: (id: string, to: Place) => void;
  /** Answers whether it was moved. */
  readonly step: (id: string, step: Step) => boolean;
  readonly toggle: (id: string) => void;
  readonly reset: () => void;
}

/** Which widgets my home shows and where, and how I change it. */
export function useArrangement(widgets: readonly Widget[]): Arrangement {
  const { t } = useTranslation();
  const { can } = useMe();
  const { values = nowhere, isReady, keep } = useHome();
  const { offer } = useTakeBack();
  const offered = widgets.filter(({ permission }) => permission === undefined || can(permission));
  const places = placesOf(widgets, values);
  const shown = shownOf(places, offered, values.hidden);
  const titleOf = (id: string) => {
    const widget = widgets.find((one) => one.id === id);
    return widget === undefined ? id : t(widget.title);
  };

  function move(id: string, to: Place): void {
    const from = placeIn(shown, id);
    if (from === null || (from.column === to.column && from.index === to.index)) return;
    keep(moved(places, shown, id, to));
    const count = shown[to.column].length + (from.column === to.column ? 0 : 1);
    announce(t(`home.movedTo.${to.column}`, { title: titleOf(id), place: to.index + 1, count }));
  }

  function toggle(id: string): void {
    const isHidden = values.hidden.includes(id);
    const hidden = isHidden ? values.hidden.filter((one) => one !== id) : [...values.hidden, id];
    const done = keep({ hidden });
    if (isHidden || done === null) return;
    offer(t("home.hidden", { title: titleOf(id) }), done);
  }

  return {
    offered,
    shown,
    hidden: values.hidden,
    canArrange: isReady,
    move,
    step(id, step) {
      const from = placeIn(shown, id);
      const to = from && stepFrom(shown, from, step);
      if (to) move(id, to);
      return to !== null;
    },
    toggle,
    reset: () => void keep(nowhere),
  };
}
