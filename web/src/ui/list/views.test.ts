import { describe, expect, it } from "vitest";
import { customers } from "./testing/customers";
import { type SavedView, sameShown, shownBy } from "./useViews";

const view = (search: string | null, columns: readonly string[]) =>
  ({ values: { name: "Leads", recordType: "solo.customer", search, columns } }) as unknown as SavedView;

describe("a saved view", () => {
  it("shows what was saved, as far as the list still knows it", () => {
    expect(shownBy(customers, view('{"q":"a","shoeSize":"44"}', ["name", "email", "shoeSize"]))).toEqual({
      search: { q: "a" },
      columns: ["email"],
    });
    expect(shownBy(customers, view(null, []))).toEqual({ search: {}, columns: null });
    expect(shownBy(customers, view("{}", ["name"]))).toEqual({ search: {}, columns: [] });
  });

  it("is the one that is shown where search, filters, order and columns are the same", () => {
    const saved = shownBy(customers, view('{"status":["lead"]}', ["name", "email", "tags"]));
    expect(sameShown(customers, saved, { search: { status: "lead" }, columns: ["tags", "email"] })).toBe(
      true,
    );
    expect(sameShown(customers, saved, { search: { status: "lead" }, columns: ["tags"] })).toBe(false);
    expect(sameShown(customers, saved, { search: {}, columns: ["tags", "email"] })).toBe(false);
  });
});
