import { DirectionProvider, localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Announcer } from "./feedback/Announcer";
import { Toast } from "./feedback/Toast";
import { cssVariables, theme } from "./theme";

// The same key as in public/color-scheme.js, which paints before this runs.
const schemes = localStorageColorSchemeManager({ key: "holdfast.color-scheme" });

/** Theme, colour scheme, and writing direction, around the whole app. */
export function UiProvider({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  return (
    <DirectionProvider key={i18n.dir()} initialDirection={i18n.dir()} detectDirection={false}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={schemes}
        defaultColorScheme="auto"
      >
        {children}
        {/* Menus and dialogs are drawn here, inside a landmark of their own. */}
        <section id="overlays" aria-label={t("navigation.overlays")} />
        <Toast />
        <Announcer />
      </MantineProvider>
    </DirectionProvider>
  );
}
