import { UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Keys } from "@/ui/actions/Keys";
import { openPalette, type ShellContext } from "../actions";
import { RunStatus } from "../runs/RunStatus";
import { ConnectionStatus } from "../status/ConnectionStatus";
import { NewVersion } from "../status/NewVersion";
import classes from "./navigation.module.css";
import { UserMenu } from "./UserMenu";
import { WorkspaceMenu } from "./WorkspaceMenu";

interface Props {
  readonly workspaceId: string;
  readonly context: ShellContext;
}

export function TopBar({ workspaceId, context }: Props) {
  const { t } = useTranslation();
  return (
    <header className={classes.top}>
      <div className={classes.narrow}>
        <WorkspaceMenu workspaceId={workspaceId} context={context} />
      </div>
      <UnstyledButton className={classes.search} onClick={context.openPalette} data-tour="find">
        <IconSearch size={15} aria-hidden />
        <span>{t("navigation.search")}</span>
        {openPalette.shortcut !== undefined && <Keys shortcut={openPalette.shortcut} />}
      </UnstyledButton>
      <span className={classes.spring} />
      <RunStatus />
      <NewVersion />
      <ConnectionStatus />
      <UserMenu context={context} />
    </header>
  );
}
