import { Menu, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { keepLanguage, useAccount } from "@/platform/identity/session";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { LanguageItems } from "@/ui/layout/LanguageItems";
import { SchemeItems } from "@/ui/layout/SchemeItems";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import { openAccount, openHelp, openOperator, type ShellContext, signOut, takeTour } from "../actions";
import classes from "./navigation.module.css";

export function UserMenu({ context }: { context: ShellContext }) {
  const { t } = useTranslation();
  const account = useAccount();
  if (account === null) return null;
  const { user } = account;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={t("navigation.userMenu", { name: user.name })}>
          <span aria-hidden>
            <PersonAvatar person={user} size={28} bare />
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.me}>
          <Text fz="sm" fw={600} truncate>
            {user.name}
          </Text>
          <Text fz="xs" c="dimmed" truncate>
            {user.email}
          </Text>
        </div>
        <ActionMenuItem action={openAccount} context={context} />
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <LanguageItems onChosen={(language) => void keepLanguage(language)} />
        <Menu.Divider />
        <ActionMenuItem action={openHelp} context={context} />
        <ActionMenuItem action={takeTour} context={context} />
        <ActionMenuItem action={openOperator} context={context} />
        <ActionMenuItem action={signOut} context={context} />
      </Menu.Dropdown>
    </Menu>
  );
}
