import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type DrawerFactory,
  type ExtendComponent,
  type FactoryPayload,
  Input,
  Loader,
  type MantineColorsTuple,
  type MenuFactory,
  type ModalFactory,
  type PasswordInputFactory,
  Portal,
  type SegmentedControlFactory,
  type SelectFactory,
  type SkeletonFactory,
  TextInput,
  type TooltipFactory,
} from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import controls from "./controls.module.css";
import { darkContrastTokens, darkTokens, lightContrastTokens, lightTokens } from "./tokens";

/** Kelp: what a holdfast anchors. The one accent of the product. */
const kelp: MantineColorsTuple = [
  "#ecf8f4",
  "#d3efe6",
  "#a9dfcd",
  "#78cbb1",
  "#4bb495",
  "#2a9a7c",
  "#0e7c62",
  "#0b6a54",
  "#095645",
  "#074437",
];

/** Greys lean to the accent, so that surfaces and text belong together. */
const gray: MantineColorsTuple = [
  "#f7f9f8",
  "#f0f3f2",
  "#e6eae8",
  "#d8dedb",
  "#bfc8c4",
  "#97a29e",
  "#626e6a",
  "#45504c",
  "#2d3633",
  "#17201d",
];

const dark: MantineColorsTuple = [
  "#dbe2df",
  "#bcc6c2",
  "#909c97",
  "#6c7873",
  "#38423e",
  "#2a3330",
  "#212927",
  "#161c1a",
  "#111614",
  "#0c100e",
];

const fontFamily =
  "'Inter Variable', 'Noto Sans Arabic', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/** What `extend` of a component says, without bringing the component to pages that do not use it. */
function like<Payload extends FactoryPayload>(extension: ExtendComponent<Payload>): ExtendComponent<Payload> {
  return extension;
}

/**
 * What lies below a dialog does not scroll; its scroll bar stays where it is. To hide it a style element would be written, which the
 * content policy does not let through.
 */
const removeScrollProps = { removeScrollBar: false };

export const theme = createTheme({
  primaryColor: "kelp",
  primaryShade: { light: 6, dark: 6 },
  colors: { kelp, gray, dark },
  black: "#17201d",
  fontFamily,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace",
  headings: { fontFamily, fontWeight: "620", textWrap: "balance" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  radius: { xs: "0.25rem", sm: "0.375rem", md: "0.5rem", lg: "0.75rem", xl: "1rem" },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  shadows: {
    sm: "var(--hf-shadow-small)",
    md: "var(--hf-shadow)",
    lg: "var(--hf-shadow)",
    xl: "var(--hf-shadow)",
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
    Button: Button.extend({ defaultProps: { size: "sm" }, classNames: { root: controls.button } }),
    Drawer: like<DrawerFactory>({ defaultProps: { removeScrollProps } }),
    Input: Input.extend({ classNames: { input: controls.input } }),
    InputWrapper: Input.Wrapper.extend({ classNames: { label: controls.label, error: controls.error } }),
    Loader: Loader.extend({ defaultProps: { type: "oval" } }),
    Menu: like<MenuFactory>({
      defaultProps: {
        shadow: "md",
        transitionProps: { transition: "pop", duration: 120 },
        checkIcon: <IconCheck size={14} aria-hidden />,
        // A focusable element without a role is not allowed in a menu.
        withInitialFocusPlaceholder: false,
      },
      classNames: { dropdown: controls.dropdown, item: controls.menuItem },
    }),
    Modal: like<ModalFactory>({
      defaultProps: {
        centered: true,
        removeScrollProps,
        radius: "lg",
        shadow: "xl",
        overlayProps: { backgroundOpacity: 0.4 },
        transitionProps: { transition: "pop", duration: 140 },
      },
      classNames: { content: controls.modal, header: controls.modalHeader, title: controls.modalTitle },
    }),
    Portal: Portal.extend({ defaultProps: { target: "#overlays" } }),
    PasswordInput: like<PasswordInputFactory>({ defaultProps: { size: "md" } }),
    SegmentedControl: like<SegmentedControlFactory>({
      classNames: { root: controls.segments, indicator: controls.segment },
    }),
    Select: like<SelectFactory>({ classNames: { dropdown: controls.dropdown } }),
    Skeleton: like<SkeletonFactory>({ defaultProps: { radius: "xl" } }),
    TextInput: TextInput.extend({ defaultProps: { size: "md" } }),
    Tooltip: like<TooltipFactory>({
      defaultProps: { openDelay: 350, withArrow: false, offset: 6, fz: "xs" },
    }),
  },
});

/** The product's own tokens (`--hf-*`), and those of Mantine's whose contrast falls short of AA. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: lightTokens,
  dark: darkTokens,
});

/** The same in high contrast: text reaches AAA, and what shape says has a border. */
export const contrastVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: lightContrastTokens,
  dark: darkContrastTokens,
});
