import { Menu } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { chooseLanguage } from "@/ui/language/i18n";
import { isLanguage, languages } from "@/ui/language/languages";

/** The languages as lines of a menu; each is written in itself, so that it can be found from any other. */
export function LanguageItems() {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Menu.Label>{t("preferences.language")}</Menu.Label>
      {Object.keys(languages)
        .filter(isLanguage)
        .map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            role="menuitemradio"
            aria-checked={i18n.language === language}
            rightSection={i18n.language === language && <IconCheck size={14} aria-hidden />}
            onClick={() => void chooseLanguage(language)}
          >
            {languages[language]}
          </Menu.Item>
        ))}
    </>
  );
}
