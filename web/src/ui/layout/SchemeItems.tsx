import { useTranslation } from "react-i18next";
import { appearances, chooseAppearance, useAppearance } from "@/ui/appearance";
import { Choices } from "@/ui/menu/Choices";

/** Light, dark, high contrast, or as the system has it. */
export function SchemeItems() {
  const { t } = useTranslation();
  return (
    <Choices
      label={t("preferences.scheme.title")}
      values={appearances}
      chosen={useAppearance().chosen}
      draw={(appearance) => t(`preferences.scheme.${appearance}`)}
      onChoose={chooseAppearance}
    />
  );
}
