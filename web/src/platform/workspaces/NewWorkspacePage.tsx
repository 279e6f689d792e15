import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { AuthLayout } from "@/platform/identity/AuthLayout";
import classes from "@/platform/identity/AuthLayout.module.css";
import { SignOutLine } from "@/platform/identity/SignOutLink";
import { addMembership, useAccount } from "@/platform/identity/session";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";

/** For who belongs to no workspace yet, or wants another one. */
export function NewWorkspacePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const account = useAccount();
  const form = useForm({
    initial: { name: "" },
    check: ({ name }) => complaintsOf(requiredText("name", name, 100)),
    send: async ({ name }) => {
      const workspace = await api.createWorkspace({ name: name.trim() });
      addMembership(workspace);
      await navigate({ to: "/w/$workspaceId", params: { workspaceId: workspace.id } });
    },
  });
  const isFirst = account?.workspaces.length === 0;
  return (
    <AuthLayout
      title={isFirst ? t("workspaces.firstTitle", { name: account.user.name }) : t("workspaces.newTitle")}
      lead={isFirst ? t("workspaces.firstLead") : t("workspaces.newLead")}
      footer={<SignOutLine />}
    >
      <form className={classes.form} onSubmit={form.submit} noValidate>
        <Trouble text={form.trouble} quiet={form.isCounting} />
        <TextInput label={t("identity.workspace")} autoFocus {...form.input("name")} />
        <Button type="submit" size="md" loading={form.busy} fullWidth>
          {t("workspaces.create")}
        </Button>
      </form>
    </AuthLayout>
  );
}
