import { ActionIcon, Menu } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LanguageItems } from "./LanguageItems";
import { SchemeItems } from "./SchemeItems";

/** Language and colours, for who is not signed in yet. */
export function PreferencesMenu() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t("preferences.title")}>
          <IconAdjustmentsHorizontal size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <LanguageItems />
        <Menu.Divider />
        <SchemeItems />
      </Menu.Dropdown>
    </Menu>
  );
}
