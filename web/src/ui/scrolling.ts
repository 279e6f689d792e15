import controls from "./controls.module.css";

/**
 * For the options of a select or tags input: the list itself scrolls. Mantine's own scroll area would stand between the
 * list and its options, where nothing tells that the arrow keys of the input move it.
 */
export const scrollingOptions = {
  withScrollArea: false,
  classNames: { options: controls.options ?? "" },
} as const;

/** For a scroll area without anything focusable in it: the keyboard must be able to scroll it. */
export const reachable = { viewportProps: { tabIndex: 0 } } as const;
