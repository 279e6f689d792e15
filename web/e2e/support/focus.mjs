import assert from "node:assert/strict";

/** What has the focus, as a person would call it, and whether the screen shows that it does. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return { name: "nothing", visible: false };

    const look = (node) => {
      const { outlineStyle, outlineWidth, borderColor, boxShadow } = getComputedStyle(node);
      const ring = outlineStyle === "none" || Number.parseFloat(outlineWidth) < 1 ? "" : outlineWidth;
      return `${ring} ${borderColor} ${boxShadow}`;
    };
    // Its twin beside it has no focus, so whatever looks different shows the focus.
    const differs = (node) => {
      const twin = node.cloneNode(true);
      for (const part of [twin, ...twin.querySelectorAll("*")]) {
        for (const attribute of ["id", "name", "autofocus"]) part.removeAttribute(attribute);
      }
      node.after(twin);
      const different = look(twin) !== look(node);
      twin.remove();
      return different;
    };
    // Some inputs leave it to the frame around them.
    const frame = element.matches("input") ? element.parentElement : null;
    const name =
      element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
    return { name: name.trim(), visible: differs(element) || (frame !== null && differs(frame)) };
  });
}

/** Waits until the focus is there, and demands that the screen shows it. */
export async function showsFocus(page, locator) {
  await locator.and(page.locator(":focus")).waitFor();
  const { name, visible } = await focused(page);
  assert.ok(visible, `'${name}' has the focus and does not show it.`);
}

/** Presses Tab until this has the focus. Returns everything on the way that did not show its focus. */
export async function tabTo(page, name, most = 40) {
  const hidden = [];
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (!now.visible) hidden.push(now.name);
    if (now.name === name) return hidden;
  }
  throw new Error(`'${name}' was not reached by ${most} presses of Tab.`);
}
