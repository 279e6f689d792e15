import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";

/** So many are drawn at first, and so many more each time that one asks. */
const step = 50;

interface First<Item> {
  readonly first: readonly Item[];
  /** How many there are beyond. */
  readonly rest: number;
  readonly more: () => void;
}

/** The first of many things that are not worth drawing all: on a board, along the days. */
export function useFirst<Item>(items: readonly Item[]): First<Item> {
  const [most, setMost] = useState(step);
  return {
    first: items.length > most ? items.slice(0, most) : items,
    rest: Math.max(items.length - most, 0),
    more: () => setMost(most + step),
  };
}

/** Draws what comes next; nothing where that is all. */
export function More({ rest, more }: Pick<First<never>, "rest" | "more">) {
  const { t } = useTranslation();
  const { number } = useFormats();
  if (rest === 0) return null;
  const count = Math.min(rest, step);
  return (
    <Button variant="subtle" size="compact-sm" onClick={more}>
      {t("list.showMore", { count, n: number(count), rest: number(rest) })}
    </Button>
  );
}
