import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Choices } from "@/ui/menu/Choices";

const schemes: readonly MantineColorScheme[] = ["auto", "light", "dark"];

/** Light, dark, or as the system has it. */
export function SchemeItems() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Choices
      label={t("preferences.scheme.title")}
      values={schemes}
      chosen={colorScheme}
      draw={(scheme) => t(`preferences.scheme.${scheme}`)}
      onChoose={setColorScheme}
    />
  );
}
