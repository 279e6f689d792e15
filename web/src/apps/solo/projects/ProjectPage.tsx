import { Button, Skeleton } from "@mantine/core";
import { IconBriefcaseOff } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLoaded, useRecord } from "@/engine/react";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { ProjectDetail } from "./ProjectDetail";
import classes from "./projects.module.css";

const route = getRouteApi("/w/$workspaceId/projects/$projectId");

export function ProjectPage() {
  const { t } = useTranslation();
  const { workspaceId, projectId } = route.useParams();
  const navigate = useNavigate();
  const project = useRecord("solo.project", projectId);
  const loaded = useLoaded("solo.project");
  const close = () => void navigate({ to: "/w/$workspaceId/projects", params: { workspaceId } });
  if (project !== undefined) return <ProjectDetail key={project.id} project={project} onClose={close} />;
  if (loaded === "loading")
    return (
      <div role="status" aria-label={t("common.loading")} className={classes.skeletons}>
        <Skeleton h={26} w="40%" />
        <Skeleton h={14} w="60%" />
        <Skeleton h={14} w="52%" />
      </div>
    );
  return (
    <EmptyState
      page
      icon={IconBriefcaseOff}
      title={t("projects.gone.title")}
      action={
        <Button variant="default" onClick={close}>
          {t("projects.gone.back")}
        </Button>
      }
    >
      {t("projects.gone.text")}
    </EmptyState>
  );
}
