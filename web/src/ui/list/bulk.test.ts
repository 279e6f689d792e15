import { describe, expect, it } from "vitest";
import { bulkColumns, isReversible, mayGet, operationsOf } from "./bulk";
import { choicesOf } from "./fields";
import type { ListDeclaration } from "./list";
import { customer, customers } from "./testing/customers";

const ada = customer({ name: "Ada", status: "lead", tags: ["web"] });
const bob = customer({ name: "Bob", status: "lost" });
const type = "solo.customer";

describe("what is done to many", () => {
  it("leaves out what would change nothing", () => {
    expect(operationsOf([ada, bob], { kind: "set", field: "status", value: "lost" })).toEqual([
      { op: "set", type, id: ada.id, field: "status", value: "lost" },
    ]);
    expect(operationsOf([ada, bob], { kind: "add", field: "tags", values: ["web", "print"] })).toEqual([
      { op: "listInsert", type, id: ada.id, field: "tags", value: "print" },
      { op: "listInsert", type, id: bob.id, field: "tags", value: "web" },
      { op: "listInsert", type, id: bob.id, field: "tags", value: "print" },
    ]);
    expect(operationsOf([ada, bob], { kind: "take", field: "tags", values: ["web"] })).toEqual([
      { op: "listRemove", type, id: ada.id, field: "tags", value: "web" },
    ]);
  });

  it("sets a reason beside the value that needs one", () => {
    const also = { field: "reason", value: "Moved away" };
    expect(operationsOf([bob, ada], { kind: "set", field: "status", value: "lost", also })).toEqual([
      { op: "set", type, id: ada.id, field: "status", value: "lost" },
      { op: "set", type, id: ada.id, ...also },
    ]);
  });

  it("deletes each", () => {
    expect(operationsOf([ada, bob], { kind: "delete" }).map(({ op, id }) => `${op} ${id}`)).toEqual([
      `delete ${ada.id}`,
      `delete ${bob.id}`,
    ]);
  });

  it("is offered for choices and lists", () => {
    expect(bulkColumns(customers).map(({ field }) => field)).toEqual(["status", "tags"]);
    expect(choicesOf(customers, "status")).toContain("lead");
  });

  it("passes over what cannot get there, but not over what is there already", () => {
    const stepwise = {
      ...customers,
      columns: [{ field: "status", label: "records.solo.customer.fields.status", steps: () => ["active"] }],
    } as unknown as ListDeclaration;
    expect(mayGet(stepwise, ada, "status", "active")).toBe(true);
    expect(mayGet(stepwise, ada, "status", "lost")).toBe(false);
    expect(mayGet(stepwise, ada, "status", "lead")).toBe(true);
  });

  it("takes the steps of the contract where the list has none of its own", () => {
    expect(mayGet(customers, ada, "status", "lost")).toBe(true);
    expect(mayGet(customers, ada, "status", "dormant")).toBe(false);
    expect(mayGet(customers, ada, "kind", "person")).toBe(true);
    const to = (value: string) => ({ kind: "set", field: "status", value }) as const;
    expect(isReversible(customers, [ada], to("lost"))).toBe(true);
    expect(isReversible(customers, [ada], to("active"))).toBe(false);
    expect(isReversible(customers, [ada], { kind: "delete" })).toBe(true);
  });
});
