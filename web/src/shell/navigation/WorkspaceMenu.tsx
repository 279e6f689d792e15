import { Menu, UnstyledButton } from "@mantine/core";
import { IconSelector } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { refreshAccount } from "@/platform/identity/session";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { Mark } from "@/ui/brand/Mark";
import { Choices } from "@/ui/menu/Choices";
import { goToSettings, newWorkspace, type ShellContext } from "../actions";
import classes from "./navigation.module.css";
import { useWorkspaces } from "./useWorkspaces";

interface Props {
  readonly workspaceId: string;
  readonly context: ShellContext;
}

/** Which workspace this is, and the way to the others. */
export function WorkspaceMenu({ workspaceId, context }: Props) {
  const { t } = useTranslation();
  const { name, all, open } = useWorkspaces();
  const of = (id: string) => all.find((one) => one.id === id);
  return (
    // Someone may have let me in elsewhere since the page was opened.
    <Menu position="bottom-start" width={280} onOpen={() => void refreshAccount()}>
      <Menu.Target>
        <UnstyledButton
          className={classes.workspace}
          aria-label={t("navigation.workspace", { name })}
          data-workspaces
        >
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
          values={all.map(({ id }) => id)}
          chosen={workspaceId}
          draw={(id) => {
            const one = of(id);
            return (
              one !== undefined && (
                <>
                  <span className={classes.workspaceChoice} dir="auto">
                    {one.name}
                  </span>
                  <span className={classes.workspaceRole}>{t(`roles.${one.role}.name`)}</span>
                </>
              )
            );
          }}
          onChoose={open}
        />
        <Menu.Divider />
        <ActionMenuItem action={goToSettings} context={context} />
        <ActionMenuItem action={newWorkspace} context={context} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** Opens the menu that is on the screen: there is one for wide screens, and one for narrow ones. */
export function openWorkspaceMenu(): void {
  const shown = [...document.querySelectorAll<HTMLElement>("[data-workspaces]")].find((one) =>
    one.checkVisibility(),
  );
  shown?.focus();
  shown?.click();
}
