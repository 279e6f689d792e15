import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import page from "@/ui/record/page/page.module.css";
import { Locked } from "@/ui/record/useField";
import { NewProjectDialog } from "../projects/NewProjectDialog";
import { ProjectLinks } from "../projects/ProjectLinks";

interface Props {
  readonly customer: View<"solo.customer">;
  readonly projects: readonly View<"solo.project">[];
}

/** What is done for a customer. */
export function CustomerProjects({ customer, projects }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  const { can } = useMe();
  const isLocked = useContext(Locked);
  const [creating, create] = useDisclosure(false);
  return (
    <>
      {projects.length === 0 && <p className={page.empty}>{t("projects.noneForCustomer")}</p>}
      {projects.length > 0 && <ProjectLinks projects={projects} />}
      {can("solo.project.create") && !isLocked && (
        <Button
          mt="sm"
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={create.open}
        >
          {t("actions.newProject")}
        </Button>
      )}
      <NewProjectDialog
        opened={creating}
        customer={customer.id}
        onClose={create.close}
        onCreated={(recordId) =>
          void navigate({ to: "/w/$workspaceId/projects/$recordId", params: { workspaceId, recordId } })
        }
      />
    </>
  );
}
