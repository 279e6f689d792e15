import { describe, expect, it } from "vitest";
import {
  filtersOf,
  orderOf,
  readSearch,
  readSearchText,
  searchText,
  serverQuery,
  withFilter,
  withLayout,
  withOrder,
  withoutFilters,
} from "./search";

const read = (raw: Record<string, unknown>) => readSearch("solo.customer", raw);

describe("an address", () => {
  it("is read as far as the type knows it, and no further", () => {
    expect(read({ q: 42, status: "lead", sort: "-updatedAt", evil: "x" })).toEqual({
      q: "42",
      status: ["lead"],
      sort: "-updatedAt",
    });
    expect(read({ q: "", status: "asleep", sort: "shoeSize" })).toEqual({});
    expect(read({ tags: ["web", 2026, "web", null], status: ["lead", "king"] })).toEqual({
      tags: ["web", "2026"],
      status: ["lead"],
    });
  });

  it("names a layout and ranges, as far as they are any", () => {
    const raw = {
      view: "board",
      endsOn: "2026-01-01..",
      budget: "5..x",
      template: true,
      updatedAt: "2026-11",
    };
    expect(readSearch("solo.project", raw)).toEqual({
      view: "board",
      endsOn: "2026-01-01..",
      template: ["true"],
    });
    expect(readSearch("solo.project", { view: "../evil", paymentDays: "1..2" })).toEqual({});
    expect(read({ paymentDays: 14 })).toEqual({ paymentDays: "14..14" });
  });

  it("stays short enough to be loaded again", () => {
    expect(read({ q: "🐙".repeat(10_000) })).toEqual({ q: "🐙".repeat(200) });
    expect(read({ tags: Array.from({ length: 99 }, (_, at) => `t${at}`) }).tags).toHaveLength(30);
  });
});

describe("a search", () => {
  it("gains and loses filters", () => {
    const search = withFilter({ q: "ada", sort: "-name" }, "status", ["lead"]);
    expect(filtersOf(search)).toEqual([["status", ["lead"]]]);
    expect(withFilter(search, "status", [])).toEqual({ q: "ada", sort: "-name" });
    expect(withoutFilters(search)).toEqual({ sort: "-name" });
    expect(withoutFilters({ ...search, view: "board" })).toEqual({ sort: "-name", view: "board" });
    expect(withLayout(withLayout({ q: "ada" }, "board"), undefined)).toEqual({ q: "ada" });
  });

  it("names its order only where it is not the list's own", () => {
    expect(orderOf({}, "name")).toEqual({ field: "name", descending: false });
    expect(withOrder({ q: "a" }, { field: "status", descending: true }, "name")).toEqual({
      q: "a",
      sort: "-status",
    });
    expect(withOrder({ sort: "-name" }, { field: "name", descending: false }, "name")).toEqual({});
  });

  it("is kept as a text that is the same for the same search, and survives what it no longer knows", () => {
    const one = searchText(read({ status: "lead", q: "a" }));
    expect(searchText(read({ q: "a", status: "lead" }))).toBe(one);
    expect(readSearchText("solo.customer", one)).toEqual({ q: "a", status: ["lead"] });
    expect(readSearchText("solo.customer", '{"shoeSize":["44"]}')).toEqual({});
    expect(readSearchText("solo.customer", "no json")).toEqual({});
  });

  it("is asked of the server with each word in quotation marks, so that none is a sign of its language", () => {
    const search = { q: ' or  "x" -y', status: ["lead", "lost"], tags: ["trade fair"] };
    expect(serverQuery({ type: "solo.customer" }, search)).toBe(
      '"or" """x""" "-y" (status:lead or status:lost) tags:"trade fair"',
    );
    expect(serverQuery({ type: "solo.customer" }, { sort: "-name", view: "board" })).toBe("");
  });

  it("asks the server for ranges and for what is not true as the server says it", () => {
    const ask = (raw: Record<string, unknown>) =>
      serverQuery({ type: "solo.project" }, readSearch("solo.project", raw));
    expect(ask({ endsOn: "2026-01-01..2026-03-31", budget: "100.." })).toBe(
      "endsOn:2026-01-01..2026-03-31 budget:100..",
    );
    expect(ask({ template: "true" })).toBe("template:true");
    expect(ask({ template: "false" })).toBe("-template:true");
    expect(ask({ updatedAt: "2026-11-20.." })).toBe(`updated>=${new Date(2026, 10, 20).toISOString()}`);
  });
});
