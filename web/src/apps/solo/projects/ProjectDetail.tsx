import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe, useRecords } from "@/engine/react";
import { ActionButton } from "@/ui/actions/ActionButton";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { isPossible } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { Pill } from "@/ui/Pill";
import { PendingDot } from "@/ui/record/PendingDot";
import { Comments, useComments } from "@/ui/record/page/Comments";
import { History } from "@/ui/record/page/History";
import { RecordPage } from "@/ui/record/page/RecordPage";
import { Refusal } from "@/ui/record/Refusal";
import { useField } from "@/ui/record/useField";
import type { Complaint } from "@/ui/record/validate";
import { CopyDialog } from "./CopyDialog";
import type { CopyKind } from "./copy";
import {
  type CopyContext,
  copyActions,
  duplicateProject,
  projectFromTemplate,
  saveAsTemplate,
} from "./copyActions";
import { ProjectFields } from "./ProjectFields";
import type { Project, ProjectState } from "./projects";
import { StatePill } from "./StatePill";
import { type StepContext, stepActions } from "./stepActions";
import { TaskList } from "./TaskList";
import { byOrder } from "./tasks";
import { useSteps } from "./useSteps";

interface Props {
  readonly record: Project;
  readonly onClose: () => void;
}

/** A project with its tasks, and beside them all that is agreed about it. */
export function ProjectDetail({ record: project, onClose }: Props) {
  const { t } = useTranslation();
  const { can } = useMe();
  const problemText = useProblemText();
  const goTo = useSteps();
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  const [copying, copy] = useState<CopyKind | null>(null);
  const isTemplate = project.values.template === true;
  const [obstacle, setObstacle] = useState<Complaint | null>(null);
  const all = useRecords("solo.task");
  const tasks = useMemo(
    () => all.filter(({ values }) => values.project === project.id).toSorted(byOrder),
    [all, project.id],
  );
  const comments = useComments(project);
  const state = useField(project, "state");
  const context: StepContext = {
    canUpdate: can("solo.project.update") && !isTemplate,
    state: project.values.state,
    go: (to: ProjectState) => setObstacle(goTo(project, to)),
  };
  const steps = stepActions.filter((action) => isPossible(action, context));
  useActions(steps, context);
  const copies: CopyContext = { canCreate: can("solo.project.create"), isTemplate, copy };
  useActions(copyActions, copies);

  return (
    <>
      <RecordPage
        record={project}
        locked={project.values.state === "archived"}
        state={
          <>
            {isTemplate ? (
              <Pill tone="blue">{t("records.solo.project.fields.template")}</Pill>
            ) : (
              <StatePill state={project.values.state} />
            )}
            {state.pending && <PendingDot />}
            {state.letter !== null && <Refusal letter={state.letter} />}
          </>
        }
        menu={
          <>
            <ActionMenuItem action={duplicateProject} context={copies} />
            <ActionMenuItem action={saveAsTemplate} context={copies} />
          </>
        }
        steps={
          isTemplate ? (
            <ActionButton action={projectFromTemplate} context={copies} size="compact-md" />
          ) : (
            steps.map((action, index) => (
              <Button
                key={action.id}
                size="compact-md"
                variant={index === 0 ? "filled" : "default"}
                leftSection={<action.icon size={15} aria-hidden />}
                onClick={() => action.run(context)}
              >
                {t(action.label)}
              </Button>
            ))
          )
        }
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
      <CopyDialog
        project={project}
        kind={copying}
        onClose={() => copy(null)}
        onCreated={(recordId) =>
          void navigate({ to: "/w/$workspaceId/projects/$recordId", params: { workspaceId, recordId } })
        }
      />
    </>
  );
}
