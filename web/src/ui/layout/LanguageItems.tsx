import { useTranslation } from "react-i18next";
import { chooseLanguage } from "@/ui/language/i18n";
import { isLanguage, type Language, languages } from "@/ui/language/languages";
import { Choices } from "@/ui/menu/Choices";

/** The languages as lines of a menu; each is written in itself, so that it can be found from any other. */
export function LanguageItems({ onChosen }: { readonly onChosen?: (language: Language) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Choices
      label={t("preferences.language")}
      values={Object.keys(languages).filter(isLanguage)}
      chosen={isLanguage(i18n.language) ? i18n.language : null}
      draw={(language) => languages[language]}
      langOf={(language) => language}
      onChoose={(language) => {
        void chooseLanguage(language);
        onChosen?.(language);
      }}
    />
  );
}
