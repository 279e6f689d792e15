import { DirectionProvider, type MantineColorSchemeManager, MantineProvider } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAppearance } from "./appearance";
import { Announcer } from "./feedback/Announcer";
import { Toast } from "./feedback/Toast";
import { contrastVariables, cssVariables, theme } from "./theme";
import { useVariables } from "./useVariables";

const nothing = () => undefined;

/** What Mantine would keep by itself is kept by `appearance.ts`, which knows a third look beside light and dark. */
function keeperOf(scheme: "light" | "dark"): MantineColorSchemeManager {
  return { get: () => scheme, set: nothing, subscribe: nothing, unsubscribe: nothing, clear: nothing };
}

/** Theme, look, and writing direction, around the whole app. */
export function UiProvider({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const { scheme, contrast } = useAppearance();
  const keeper = useMemo(() => keeperOf(scheme), [scheme]);
  useVariables(contrast ? contrastVariables : cssVariables);
  return (
    <DirectionProvider key={i18n.dir()} initialDirection={i18n.dir()} detectDirection={false}>
      <MantineProvider
        theme={theme}
        withCssVariables={false}
        withGlobalClasses={false}
        colorSchemeManager={keeper}
        forceColorScheme={scheme}
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
