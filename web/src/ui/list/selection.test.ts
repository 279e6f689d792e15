import { describe, expect, it } from "vitest";
import { everything, extended, nothing, toggled } from "./selection";

const rows = ["a", "b", "c", "d", "e"].map((id) => ({ id }));
const ids = (selection: { readonly ids: ReadonlySet<string> }) => [...selection.ids].sort().join("");

describe("a selection", () => {
  it("takes a row in and out", () => {
    const one = toggled(toggled(nothing, "b"), "d");
    expect(ids(one)).toBe("bd");
    expect(ids(toggled(one, "b"))).toBe("d");
  });

  it("takes a range from the last row that was chosen, in either direction", () => {
    expect(ids(extended(toggled(nothing, "b"), rows, "d"))).toBe("bcd");
    expect(ids(extended(toggled(nothing, "d"), rows, "a"))).toBe("abcd");
  });

  it("gives back what a range took when it shrinks, and nothing else", () => {
    const chosen = toggled(toggled(nothing, "e"), "a");
    const wide = extended(chosen, rows, "c");
    expect(ids(wide)).toBe("abce");
    expect(ids(extended(wide, rows, "b"))).toBe("abe");
  });

  it("begins a range where the keyboard stands, and at what is left where the first row is hidden", () => {
    expect(ids(extended(nothing, rows, "c", "b"))).toBe("bc");
    expect(ids(extended(toggled(nothing, "gone"), rows, "c"))).toBe("cgone");
  });

  it("holds everything", () => {
    expect(ids(everything(rows))).toBe("abcde");
  });
});
