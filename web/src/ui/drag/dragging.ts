import type { Drop } from "./useDrag";

/** A picture of what is dragged, under the pointer. It moves without React, which has nothing to decide about it. */
export function ghostOf(held: HTMLElement, x: number, y: number) {
  const { left, top, width } = held.getBoundingClientRect();
  const ghost = held.cloneNode(true) as HTMLElement;
  for (const part of [ghost, ...ghost.querySelectorAll("*")]) {
    for (const name of ["id", "data-drag", "data-field"]) part.removeAttribute(name);
  }
  ghost.setAttribute("aria-hidden", "true");
  ghost.inert = true;
  Object.assign(ghost.style, {
    position: "fixed",
    insetBlockStart: `${top}px`,
    left: `${left}px`,
    inlineSize: `${width}px`,
    margin: "0",
    pointerEvents: "none",
    zIndex: "400",
    listStyle: "none",
    boxShadow: "var(--hf-shadow)",
    backgroundColor: "var(--hf-raised)",
    borderRadius: "var(--mantine-radius-sm)",
    opacity: "0.94",
  });
  document.body.append(ghost);
  document.documentElement.style.userSelect = "none";
  return {
    moveTo(toX: number, toY: number) {
      ghost.style.transform = `translate(${toX - x}px, ${toY - y}px)`;
    },
    remove() {
      ghost.remove();
      document.documentElement.style.userSelect = "";
    },
  };
}

/** The list under the pointer, and before which of its other items the pointer is. */
export function dropAt(x: number, y: number, id: string): Drop | null {
  const list = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-drop]");
  if (!list) return null;
  const others = [...list.querySelectorAll<HTMLElement>("[data-drag]")].filter(
    (item) => item.dataset.drag !== id,
  );
  const below = others.findIndex((item) => {
    const { top, height } = item.getBoundingClientRect();
    return y < top + height / 2;
  });
  return { list: list.dataset.drop ?? "", index: below < 0 ? others.length : below };
}

const edge = 40;
const step = 14;

/** Near the edge of what scrolls, it scrolls on. */
export function scrollAlong(x: number, y: number): void {
  for (let node = document.elementFromPoint(x, y); node !== null; node = node.parentElement) {
    if (node.scrollHeight <= node.clientHeight || !/auto|scroll/u.test(getComputedStyle(node).overflowY))
      continue;
    const { top, bottom } = node.getBoundingClientRect();
    if (y < top + edge) node.scrollTop -= step;
    if (y > bottom - edge) node.scrollTop += step;
    return;
  }
}
