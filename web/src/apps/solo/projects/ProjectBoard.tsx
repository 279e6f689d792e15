import { Link } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe } from "@/engine/react";
import { Board } from "@/ui/board/Board";
import { announce } from "@/ui/feedback/Announcer";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { useFormats } from "@/ui/language/formats";
import { useNameOf } from "@/ui/record/words";
import { projectSteps } from "../steps";
import { ColourDot } from "./ColourDot";
import { type Project, type ProjectState, states } from "./projects";
import classes from "./projects.module.css";
import { StatePill } from "./StatePill";
import { useSteps } from "./useSteps";

/** Projects by their state; to move one is to change its state, by the same rules as on its page. */
export function ProjectBoard({ projects }: { readonly projects: readonly Project[] }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  const problemText = useProblemText();
  const go = useSteps();
  const columns = useMemo(
    () =>
      states.map((state) => ({
        id: state,
        title: t(`records.solo.project.state.${state}`),
        head: <StatePill state={state} />,
        items: projects.filter(({ values }) => values.state === state),
      })),
    [projects, t],
  );
  const draw = useCallback((project: Project) => <ProjectCard project={project} />, []);
  const stateOf = (id: string) => engine.record("solo.project", id)?.values.state ?? "draft";

  function move(id: string, to: string): void {
    const project = engine.record("solo.project", id);
    if (project === undefined) return;
    const obstacle = go(project, to as ProjectState);
    if (obstacle !== null) toast({ text: problemText(obstacle) });
    else
      announce(
        t("board.moved", {
          name: project.values.name,
          column: t(`records.solo.project.state.${to as ProjectState}`),
        }),
      );
  }

  return (
    <Board
      label={t("projects.board")}
      columns={columns}
      draw={draw}
      canMove={can("solo.project.update")}
      mayGo={(id, column) => projectSteps(stateOf(id)).includes(column as ProjectState)}
      onMove={move}
    />
  );
}

function ProjectCard({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const { workspace: workspaceId } = useEngine();
  const { date } = useFormats();
  const nameOf = useNameOf();
  const { name, code, colour, customer, endsOn } = project.values;
  const line = [code, customer === null ? null : nameOf("solo.customer", customer)]
    .filter(Boolean)
    .join(" · ");
  return (
    <Link
      className={classes.card}
      draggable={false}
      to="/w/$workspaceId/projects/$projectId"
      params={{ workspaceId, projectId: project.id }}
    >
      <span className={classes.cardName}>
        <ColourDot colour={colour} />
        <bdi>{name}</bdi>
      </span>
      {line !== "" && <span className={classes.line}>{line}</span>}
      {endsOn !== null && <span className={classes.line}>{t("projects.until", { day: date(endsOn) })}</span>}
    </Link>
  );
}
