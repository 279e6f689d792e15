import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe } from "@/engine/react";
import { Board } from "@/ui/board/Board";
import { announce } from "@/ui/feedback/Announcer";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { today } from "@/ui/language/days";
import type { LayoutProps } from "@/ui/list/list";
import { RecordLink } from "@/ui/list/RecordLink";
import { projectSteps } from "../steps";
import { ColourDot } from "./ColourDot";
import { isLate, type Project, type ProjectState, states } from "./projects";
import classes from "./projects.module.css";
import { StatePill } from "./StatePill";
import { TemplatesLeftOut } from "./TemplatesLeftOut";
import { useSteps } from "./useSteps";
import { useUntil } from "./useUntil";

/** Projects by their state; to move one is to change its state, by the same rules as on its page. */
export function ProjectBoard({ records, names, hrefOf, open }: LayoutProps<"solo.project">) {
  const { t } = useTranslation();
  const until = useUntil();
  const engine = useEngine();
  const { can } = useMe();
  const problemText = useProblemText();
  const go = useSteps();
  const columns = useMemo(() => {
    // A template stays a draft.
    const projects = records.filter(({ values }) => values.template !== true);
    return states.map((state) => ({
      id: state,
      title: t(`records.solo.project.state.${state}`),
      head: <StatePill state={state} />,
      items: projects.filter(({ values }) => values.state === state),
    }));
  }, [records, t]);
  const draw = useCallback(
    (project: Project) => {
      const { name, code, colour, customer, endsOn } = project.values;
      const lines = [code, customer === null ? null : names.get(customer)].filter(Boolean);
      return (
        <RecordLink id={project.id} href={hrefOf(project.id)} onOpen={open} className={classes.card}>
          <span className={classes.cardName}>
            <ColourDot colour={colour} />
            <bdi>{name}</bdi>
          </span>
          {lines.length > 0 && (
            <span className={classes.line} dir="auto">
              {lines.join(" · ")}
            </span>
          )}
          {endsOn !== null && (
            <span className={classes.line} data-late={isLate(project, today()) || undefined}>
              {until(project)}
            </span>
          )}
        </RecordLink>
      );
    },
    [names, hrefOf, open, until],
  );
  const stateOf = (id: string) => engine.record("solo.project", id)?.values.state ?? "draft";

  function move(id: string, to: string): void {
    const project = engine.record("solo.project", id);
    if (project === undefined) return;
    const obstacle = go(project, to as ProjectState);
    if (obstacle !== null)
      toast({ text: t("board.refused", { name: project.values.name, why: problemText(obstacle) }) });
    else
      announce(
        t("board.moved", {
          name: project.values.name,
          column: t(`records.solo.project.state.${to as ProjectState}`),
        }),
      );
  }

  return (
    <div className={classes.boardPage}>
      <TemplatesLeftOut records={records} hrefOf={hrefOf} open={open} />
      <Board
        label={t("projects.board")}
        columns={columns}
        draw={draw}
        canMove={can("solo.project.update")}
        mayGo={(id, column) => projectSteps(stateOf(id)).includes(column as ProjectState)}
        onMove={move}
      />
    </div>
  );
}
