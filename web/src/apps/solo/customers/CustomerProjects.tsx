import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import page from "@/ui/record/page/page.module.css";
import { Locked } from "@/ui/record/useField";
import { NewProjectDialog } from "../projects/NewProjectDialog";
import { ProjectRows } from "../projects/ProjectRows";

interface Props {
  readonly customer: View<"solo.customer">;
  readonly projects: readonly View<"solo.project">[];
}

/** What is done for a customer. */
export function CustomerProjects({ customer, projects }: Props) {
  const { t } = useTranslation();
  const { can } = useMe();
  const isLocked = useContext(Locked);
  const [creating, create] = useDisclosure(false);
  return (
    <>
      {projects.length === 0 && <p className={page.empty}>{t("projects.noneForCustomer")}</p>}
      <ProjectRows projects={projects} customers={false} />
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
      <NewProjectDialog opened={creating} customer={customer.id} onClose={create.close} />
    </>
  );
}
