import { IconCheck, IconSeeding } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { customerList } from "@/apps/solo/customers/list";
import { projectList } from "@/apps/solo/projects/list";
import { SampleOffer } from "@/apps/solo/sample/SampleOffer";
import { useLoaded, useRecords } from "@/engine/react";
import { inviteQuick } from "@/platform/home/quick";
import { ActionButton } from "@/ui/actions/ActionButton";
import { isPossible } from "@/ui/actions/action";
import { WidgetText } from "@/ui/home/WidgetText";
import { quickOf } from "@/ui/list/quick";
import classes from "./home.module.css";
import { useQuick } from "./Quick";

/** A workspace with nothing in it says what it is for, and both ways on: to make something, or to fill in a sample. */
export function FirstSteps() {
  const { t } = useTranslation();
  const context = useQuick();
  const customers = useRecords("solo.customer");
  const projects = useRecords("solo.project");
  const members = useRecords("access.member");
  const loaded = [useLoaded("solo.customer"), useLoaded("solo.project")];
  const steps = [
    { id: "customer", action: quickOf(customerList).action, isDone: customers.length > 0 },
    { id: "project", action: quickOf(projectList).action, isDone: projects.length > 0 },
    { id: "colleague", action: inviteQuick.action, isDone: members.length > 1 },
  ] as const;
  const [first, second] = steps;
  const isBegun = first.isDone && second.isDone;
  if (loaded.some((state) => state !== "ready") || isBegun || !isPossible(first.action, context)) return null;
  const offered = steps.filter(({ action }) => isPossible(action, context));
  const next = offered.find(({ isDone }) => !isDone);
  return (
    <section className={classes.first} aria-labelledby="first-steps">
      <div className={classes.about}>
        <h2 id="first-steps" className={classes.firstTitle}>
          {t("firstSteps.title")}
        </h2>
        <WidgetText>{t("firstSteps.text")}</WidgetText>
        <ol className={classes.steps}>
          {offered.map(({ id, action, isDone }, index) => (
            <li key={id} className={classes.step} data-done={isDone || undefined}>
              <span className={classes.number} aria-hidden>
                {isDone ? <IconCheck size={14} stroke={2.4} /> : index + 1}
              </span>
              <div className={classes.way}>
                <span className={classes.stepText}>
                  {t(`firstSteps.${id}`)}
                  {isDone && <span className={classes.done}>{t("firstSteps.done")}</span>}
                </span>
                {!isDone && (
                  <ActionButton
                    action={action}
                    context={context}
                    size="compact-sm"
                    {...(next?.id !== id && { variant: "default" })}
                  />
                )}
              </div>
            </li>
          ))}
        </ol>
      </div>
      <div className={classes.or}>
        <span className={classes.sprout}>
          <IconSeeding size={26} stroke={1.6} aria-hidden />
        </span>
        <SampleOffer />
      </div>
    </section>
  );
}
