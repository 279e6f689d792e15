import { Menu, UnstyledButton } from "@mantine/core";
import { IconSelector } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRecord } from "@/engine/react";
import { useAccount } from "@/platform/identity/session";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { Mark } from "@/ui/brand/Mark";
import { Choices } from "@/ui/menu/Choices";
import { goToSettings, newWorkspace, type ShellContext } from "../actions";
import classes from "./navigation.module.css";

interface Props {
  readonly workspaceId: string;
  readonly context: ShellContext;
}

/** Which workspace this is, and the way to the others. */
export function WorkspaceMenu({ workspaceId, context }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const account = useAccount();
  const record = useRecord("access.workspace", workspaceId);
  const workspaces = account?.workspaces ?? [];
  const name = record?.values.name ?? workspaces.find(({ id }) => id === workspaceId)?.name ?? "";
  return (
    <Menu position="bottom-start" width={232}>
      <Menu.Target>
        <UnstyledButton className={classes.workspace} aria-label={t("navigation.workspace", { name })}>
          <Mark size={24} />
          <span className={classes.workspaceName} dir="auto">
            {name}
          </span>
          <IconSelector size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices
          label={t("navigation.workspaces")}
          values={workspaces.map(({ id }) => id)}
          chosen={workspaceId}
          draw={(id) => (id === workspaceId ? name : workspaces.find((other) => other.id === id)?.name)}
          onChoose={(id) => void navigate({ to: "/w/$workspaceId", params: { workspaceId: id } })}
        />
        <Menu.Divider />
        <ActionMenuItem action={goToSettings} context={context} />
        <ActionMenuItem action={newWorkspace} context={context} />
      </Menu.Dropdown>
    </Menu>
  );
}
