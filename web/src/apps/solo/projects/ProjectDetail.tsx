import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe, useRecords } from "@/engine/react";
import { isPossible } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { PendingDot } from "@/ui/record/PendingDot";
import { Comments, useComments } from "@/ui/record/page/Comments";
import { History } from "@/ui/record/page/History";
import { RecordPage } from "@/ui/record/page/RecordPage";
import { Refusal } from "@/ui/record/Refusal";
import { useField } from "@/ui/record/useField";
import type { Complaint } from "@/ui/record/validate";
import { ProjectFields } from "./ProjectFields";
import type { Project, ProjectState } from "./projects";
import { StatePill } from "./StatePill";
import { type StepContext, stepActions } from "./stepActions";
import { TaskList } from "./TaskList";
import { byOrder } from "./tasks";
import { useSteps } from "./useSteps";

interface Props {
  readonly project: Project;
  readonly onClose: () => void;
}

/** A project with its tasks, and beside them all that is agreed about it. */
export function ProjectDetail({ project, onClose }: Props) {
  const { t } = useTranslation();
  const { can } = useMe();
  const problemText = useProblemText();
  const goTo = useSteps();
  const [obstacle, setObstacle] = useState<Complaint | null>(null);
  const all = useRecords("solo.task");
  const tasks = useMemo(
    () => all.filter(({ values }) => values.project === project.id).toSorted(byOrder),
    [all, project.id],
  );
  const comments = useComments(project);
  const state = useField(project, "state");
  const context: StepContext = {
    canUpdate: can("solo.project.update"),
    state: project.values.state,
    go: (to: ProjectState) => setObstacle(goTo(project, to)),
  };
  const steps = stepActions.filter((action) => isPossible(action, context));
  useActions(steps, context);

  return (
    <RecordPage
      record={project}
      locked={project.values.state === "archived"}
      state={
        <>
          <StatePill state={project.values.state} />
          {state.pending && <PendingDot />}
          {state.letter !== null && <Refusal letter={state.letter} />}
        </>
      }
      steps={steps.map((action, index) => (
        <Button
          key={action.id}
          size="compact-md"
          variant={index === 0 ? "filled" : "default"}
          leftSection={<action.icon size={15} aria-hidden />}
          onClick={() => action.run(context)}
        >
          {t(action.label)}
        </Button>
      ))}
      notice={<Trouble mb="sm" text={obstacle && problemText(obstacle)} />}
      {...(project.values.state === "completed" &&
        context.canUpdate && {
          archive: { label: t("actions.archiveProject"), run: () => context.go("archived") },
        })}
      tabs={[
        {
          id: "tasks",
          label: t("tasks.title"),
          count: tasks.filter(({ values }) => !values.done).length,
          panel: <TaskList project={project} tasks={tasks} />,
        },
        {
          id: "comments",
          label: t("comments.title"),
          count: comments.length,
          panel: <Comments record={project} />,
        },
        { id: "history", label: t("history.title"), panel: <History record={project} /> },
      ]}
      aside={<ProjectFields project={project} />}
      onClose={onClose}
    />
  );
}
