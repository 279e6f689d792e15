import { IconBriefcase, IconUserPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEngine } from "@/engine/react";
import { defineQuick } from "@/ui/home/quick";
import { NewCustomerDialog } from "../customers/NewCustomerDialog";
import { NewProjectDialog } from "../projects/NewProjectDialog";

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

function NewCustomer(props: Props) {
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  return (
    <NewCustomerDialog
      {...props}
      onCreated={(recordId) =>
        void navigate({ to: "/w/$workspaceId/customers/$recordId", params: { workspaceId, recordId } })
      }
    />
  );
}

function NewProject(props: Props) {
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  return (
    <NewProjectDialog
      {...props}
      onCreated={(recordId) =>
        void navigate({ to: "/w/$workspaceId/projects/$recordId", params: { workspaceId, recordId } })
      }
    />
  );
}

/** What is begun most often. */
export const newCustomerQuick = defineQuick({
  id: "solo.customer.new",
  label: "actions.newCustomer",
  icon: IconUserPlus,
  section: "record",
  shortcut: "n c",
  permission: "solo.customer.create",
  Dialog: NewCustomer,
});

export const newProjectQuick = defineQuick({
  id: "solo.project.new",
  label: "actions.newProject",
  icon: IconBriefcase,
  section: "record",
  shortcut: "n j",
  permission: "solo.project.create",
  Dialog: NewProject,
});
