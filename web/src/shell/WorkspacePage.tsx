import { Button } from "@mantine/core";
import { IconDoorOff } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { createEngine } from "@/engine/engine";
import { browserEnvironment } from "@/engine/environment";
import { EngineProvider, useStatus } from "@/engine/react";
import { refreshAccount, useAccount } from "@/platform/identity/session";
import { isShared } from "@/platform/identity/sharedComputer";
import { rememberWorkspace } from "@/platform/workspaces/lastWorkspace";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { Shell } from "./Shell";
import classes from "./shell.module.css";

const route = getRouteApi("/w/$workspaceId");

export function WorkspacePage() {
  const { workspaceId } = route.useParams();
  const user = useAccount()?.user.id;
  // Whoever signs out leaves the page with it.
  const [first] = useState(user);
  if (first === undefined) return null;
  return <OneWorkspace key={workspaceId} user={first} workspaceId={workspaceId} />;
}

/** One engine for as long as the workspace is open; another workspace gets another. */
function OneWorkspace({ user, workspaceId }: { user: string; workspaceId: string }) {
  const [engine] = useState(() =>
    createEngine({ user, workspace: workspaceId, environment: browserEnvironment(!isShared()) }),
  );
  useEffect(() => {
    if (!isShared()) rememberWorkspace(user, workspaceId);
  }, [user, workspaceId]);
  return (
    <EngineProvider engine={engine}>
      <MembersOnly workspaceId={workspaceId} />
    </EngineProvider>
  );
}

function MembersOnly({ workspaceId }: { workspaceId: string }) {
  const { t } = useTranslation();
  const isRemoved = useStatus(({ connection }) => connection === "removed");
  useEffect(() => {
    // What this browser keeps of the workspace goes with the membership.
    if (isRemoved) void refreshAccount();
  }, [isRemoved]);
  if (!isRemoved) return <Shell workspaceId={workspaceId} />;
  return (
    <main className={classes.alone}>
      <EmptyState
        page
        icon={IconDoorOff}
        title={t("workspaces.removedTitle")}
        action={
          <Button component={Link} to="/" reloadDocument>
            {t("workspaces.removedHome")}
          </Button>
        }
      >
        {t("workspaces.removedText")}
      </EmptyState>
    </main>
  );
}
