import { type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const schemes = [
  ["auto", IconDeviceDesktop],
  ["light", IconSun],
  ["dark", IconMoon],
] as const satisfies readonly (readonly [MantineColorScheme, unknown])[];

/** Light, dark, or as the system has it. */
export function SchemeItems() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t("preferences.scheme.title")}</Menu.Label>
      {schemes.map(([scheme, SchemeIcon]) => (
        <Menu.Item
          key={scheme}
          role="menuitemradio"
          aria-checked={colorScheme === scheme}
          leftSection={<SchemeIcon size={16} aria-hidden />}
          rightSection={colorScheme === scheme && <IconCheck size={14} aria-hidden />}
          onClick={() => setColorScheme(scheme)}
        >
          {t(`preferences.scheme.${scheme}`)}
        </Menu.Item>
      ))}
    </>
  );
}
