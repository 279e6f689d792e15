import {
  type CSSVariablesResolver,
  convertCssVariables,
  DEFAULT_THEME,
  deepMerge,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from "@mantine/core";
import { useInsertionEffect } from "react";
import { theme } from "./theme";

const whole = mergeMantineTheme(DEFAULT_THEME, theme);

/**
 * Gives the page the variables of the theme and of a look. Mantine would write them into a style element, which the content policy
 * does not let through; a sheet that a script made without one it has nothing against.
 */
export function useVariables(look: CSSVariablesResolver): void {
  useInsertionEffect(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(convertCssVariables(deepMerge(defaultCssVariablesResolver(whole), look(whole))));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    };
  }, [look]);
}
