import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { useActions } from "@/ui/actions/registry";
import { Comments, useComments } from "@/ui/record/page/Comments";
import { History } from "@/ui/record/page/History";
import { RecordPage } from "@/ui/record/page/RecordPage";
import { ArchivedNotice } from "./ArchivedNotice";
import { CustomerNotes } from "./CustomerNotes";
import { CustomerOverview } from "./CustomerOverview";
import { CustomerProjects } from "./CustomerProjects";
import { StatusDialog } from "./StatusDialog";
import { StatusMenu } from "./StatusMenu";
import { archiveCustomer, restoreCustomer, type StatusContext, statusActions } from "./statusActions";
import { useOf } from "./useOf";
import { type AskedStatus, useStatusChange } from "./useStatusChange";

interface Props {
  readonly record: View<"solo.customer">;
  readonly onClose: () => void;
}

/** All that is known of a customer, and what can be done. */
export function CustomerDetail({ record: customer, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  const { can } = useMe();
  const [asked, ask] = useState<AskedStatus | null>(null);
  const change = useStatusChange(customer, ask);
  const notes = useOf("solo.note", customer.id);
  const projects = useOf("solo.project", customer.id);
  const comments = useComments(customer);
  const isArchived = customer.values.status === "archived";
  const canUpdate = can("solo.customer.update");
  const context: StatusContext = { canUpdate, isArchived, change };
  useActions(statusActions, context);

  return (
    <>
      <RecordPage
        record={customer}
        beside
        merge={{ without: ["reason"] }}
        locked={isArchived}
        state={<StatusMenu customer={customer} canEdit={canUpdate} onChange={change} />}
        menu={
          <>
            <ActionMenuItem action={archiveCustomer} context={context} />
            <ActionMenuItem action={restoreCustomer} context={context} />
          </>
        }
        notice={isArchived ? <ArchivedNotice customer={customer} context={context} /> : undefined}
        {...(!isArchived &&
          canUpdate && { archive: { label: t("actions.archiveCustomer"), run: () => change("archived") } })}
        tabs={[
          {
            id: "overview",
            label: t("customers.tabs.overview"),
            panel: <CustomerOverview customer={customer} />,
          },
          {
            id: "notes",
            label: t("customers.tabs.notes"),
            count: notes.length,
            panel: <CustomerNotes customer={customer} notes={notes} />,
          },
          {
            id: "projects",
            label: t("projects.title"),
            count: projects.length,
            panel: <CustomerProjects customer={customer} projects={projects} />,
          },
          {
            id: "comments",
            label: t("comments.title"),
            count: comments.length,
            panel: <Comments record={customer} />,
          },
          { id: "history", label: t("history.title"), panel: <History record={customer} /> },
        ]}
        onClose={onClose}
        onMerged={(recordId) =>
          void navigate({
            to: "/w/$workspaceId/customers/$recordId",
            params: { workspaceId, recordId },
            replace: true,
          })
        }
      />
      <StatusDialog customer={customer} asked={asked} onClose={() => ask(null)} />
    </>
  );
}
