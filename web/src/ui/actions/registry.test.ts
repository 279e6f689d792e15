import { IconPlus } from "@tabler/icons-react";
import { describe, expect, it } from "vitest";
import type { OfferedAction } from "./action";
import { reachable } from "./registry";

const action = (id: string, shortcut?: string): OfferedAction => ({
  id,
  label: "actions.newCustomer",
  icon: IconPlus,
  section: "record",
  run: () => undefined,
  ...(shortcut !== undefined && { shortcut }),
});

const keysOf = (...actions: readonly OfferedAction[]) =>
  reachable(actions).map(({ id, shortcut }) => `${id}: ${shortcut ?? "none"}`);

describe("what is offered", () => {
  it("is there once, as what is closest has it", () => {
    expect(keysOf(action("new", "n"), action("new", "n c"))).toEqual(["new: n"]);
  });

  it("has no keys that begin with an action of their own", () => {
    expect(keysOf(action("new", "n"), action("project", "n j"), action("other"))).toEqual([
      "new: n",
      "project: none",
      "other: none",
    ]);
    expect(keysOf(action("customer", "n c"), action("next", "j"), action("project", "n j"))).toEqual([
      "customer: n c",
      "next: j",
      "project: n j",
    ]);
  });
});
