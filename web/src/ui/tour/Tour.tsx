import { Button } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { announce } from "@/ui/feedback/Announcer";
import { toast } from "@/ui/feedback/Toast";
import { type HomeValues, useHome } from "@/ui/home/useHome";
import { useFormats } from "@/ui/language/formats";
import { begun, stepAt, type TourStep } from "./steps";
import classes from "./tour.module.css";

/** A menu or a dialog gives the focus back as it closes, in milliseconds. */
const afterLayers = 160;

interface Props {
  readonly steps: readonly TourStep[];
  /** Another number each time that the person asks for the tour; 0 until then. */
  readonly asked: number;
}

/**
 * A few words about one thing after the other, in a corner of the page, which stays as usable as it was. It can be put away at
 * any time and goes on where it was, on another device too.
 */
export function Tour({ steps, asked }: Props) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { values, note } = useHome();
  const next = useRef<HTMLButtonElement>(null);
  const index = stepAt(steps, values?.tourStep);
  const step = steps[index];
  const isOpen = values?.tour === "open" && step !== undefined;

  usePointing(isOpen ? step.at : null);
  useEffect(() => {
    if (isOpen) announce(t("tour.begun"));
  }, [isOpen, t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only to ask for it begins it
  useEffect(() => {
    if (asked === 0) return;
    note(begun(values?.tour ?? null));
    const timer = setTimeout(() => next.current?.focus(), afterLayers);
    return () => clearTimeout(timer);
  }, [asked]);

  if (!isOpen) return null;
  const isLast = index === steps.length - 1;
  const go = (by: number) => note({ tourStep: steps[index + by]?.id ?? null });

  /** The buttons go with it, so the focus goes back to the page. */
  function end(values: HomeValues): void {
    note(values);
    document.querySelector<HTMLElement>("main")?.focus();
  }

  function putAway(): void {
    end({ tour: "away" });
    toast({ text: t("tour.putAway"), action: { label: t("tour.goOn"), run: () => note({ tour: "open" }) } });
  }

  function onKey(event: KeyboardEvent<HTMLElement>): void {
    if (event.key !== "Escape") return;
    event.preventDefault();
    putAway();
  }

  return (
    <section className={classes.card} aria-label={t("tour.title")} onKeyDown={onKey}>
      <div aria-live="polite" className={classes.text}>
        <step.icon className={classes.icon ?? ""} size={20} stroke={1.7} aria-hidden />
        <div>
          <h2 className={classes.title}>{t(step.title)}</h2>
          <p className={classes.words}>{t(step.text)}</p>
        </div>
      </div>
      <div className={classes.foot}>
        <span className={classes.count}>
          {t("tour.count", { step: number(index + 1), steps: number(steps.length) })}
        </span>
        {!isLast && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={putAway}>
            {t("tour.later")}
          </Button>
        )}
        {index > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => go(-1)}>
            {t("tour.back")}
          </Button>
        )}
        <Button
          ref={next}
          size="compact-sm"
          onClick={() => (isLast ? end({ tour: "done", tourStep: null }) : go(1))}
        >
          {t(isLast ? "common.done" : "tour.next")}
        </Button>
      </div>
    </section>
  );
}

/** Marks what is spoken of, wherever it is seen. */
function usePointing(at: string | null): void {
  useEffect(() => {
    if (at === null) return;
    const found = [...document.querySelectorAll(`[data-tour="${at}"]`)];
    for (const element of found) element.setAttribute("data-toured", "");
    return () => {
      for (const element of found) element.removeAttribute("data-toured");
    };
  }, [at]);
}
