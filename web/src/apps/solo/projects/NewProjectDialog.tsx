import { Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import { RecordForm } from "@/ui/record/RecordForm";

interface Props {
  readonly opened: boolean;
  /** For whom, where that is known already. */
  readonly customer?: string;
  readonly onClose: () => void;
}

/** Asks for the least that a project needs, and opens it: it begins as a draft. */
export function NewProjectDialog({ opened, customer, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("projects.new.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <RecordForm
        type="solo.project"
        fields={["name", "customer", ["code", "billing"], ["startsOn", "endsOn"]]}
        initial={customer === undefined ? {} : { customer }}
        submit={t("projects.new.create")}
        onCancel={onClose}
        onCreated={(projectId) => {
          onClose();
          void navigate({ to: "/w/$workspaceId/projects/$projectId", params: { workspaceId, projectId } });
        }}
      />
    </Modal>
  );
}
