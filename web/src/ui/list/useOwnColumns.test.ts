import { expect, it } from "vitest";
import type { List } from "./list";
import { Listing } from "./listing";
import { readSearch, serverQuery } from "./search";
import { customer, customers, names } from "./testing/customers";
import { withOwnColumns, withoutHidden } from "./useOwnColumns";

const list = withOwnColumns(customers as List, [
  { label: "Berth", meta: { name: "ext.berth", kind: "integer", required: false } },
  {
    label: "Level",
    meta: { name: "ext.level", kind: "choice", required: false, choices: ["Gold", "Silver"] },
  },
]);
const one = (name: string, berth: number, level: string) =>
  customer({ name, "ext.berth": berth, "ext.level": level } as Parameters<typeof customer>[0]);
const all = [one("Ada", 12, "Silver"), one("Bo", 7, "Gold"), one("Cy", 30, "Gold")];
const rows = (raw: Record<string, unknown>) =>
  names(new Listing(list, "en").rows(all, readSearch("solo.customer", raw)));

it("puts a workspace's own fields among the columns, before the moments at the end", () => {
  expect(list.columns.map(({ field }) => field)).toEqual([
    "name",
    "status",
    "email",
    "tags",
    "ext.berth",
    "ext.level",
    "updatedAt",
  ]);
});

it("sorts, filters and searches by them as by any other field", () => {
  expect(rows({ sort: "ext.berth" })).toEqual(["Bo", "Ada", "Cy"]);
  expect(rows({ sort: "-ext.level" })).toEqual(["Ada", "Bo", "Cy"]);
  expect(rows({ "ext.level": "Gold" })).toEqual(["Bo", "Cy"]);
  expect(rows({ "ext.berth": "10..20" })).toEqual(["Ada"]);
  expect(rows({ q: "silver" })).toEqual(["Ada"]);
});

it("asks the server for the same", () => {
  const search = readSearch("solo.customer", { "ext.level": ["Gold", "Silver"], "ext.berth": "10.." });
  expect(serverQuery(list, search)).toBe("(ext.level:Gold or ext.level:Silver) ext.berth:10..");
});

it("finds nothing by a field that nobody has defined, and takes no other name for one", () => {
  expect(rows({ "ext.nothing": "x" })).toEqual([]);
  expect(readSearch("solo.customer", { "ext.": "x", "ext.A b": "x", "evil.x": "y" })).toEqual({});
  expect(readSearch("solo.task", { "ext.size": "x" })).toEqual({});
});

it("has no column, no search and no bulk change of what my role keeps from me", () => {
  const named =
    (names: readonly string[]) =>
    (_: unknown, { name }: { readonly name: string }) =>
      !names.includes(name);
  const mine = withoutHidden(list, { sees: named(["email"]), changes: named(["email", "status"]) });
  expect(mine.columns.map(({ field }) => field)).not.toContain("email");
  expect(mine.searched).not.toContain("email");
  expect(mine.columns.filter(({ bulk }) => bulk).map(({ field }) => field)).toEqual([
    "tags",
    "ext.berth",
    "ext.level",
  ]);
});
