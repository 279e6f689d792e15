import { expect, it } from "vitest";
import type { Role } from "@/contract/contract";
import { isLastOwner } from "./roles";

const members = (...roles: Role[]) => roles.map((role) => ({ values: { role } }));

it("knows the last owner", () => {
  expect(isLastOwner(members("owner", "member"), "owner")).toBe(true);
  expect(isLastOwner(members("owner", "owner"), "owner")).toBe(false);
  expect(isLastOwner(members("owner", "member"), "member")).toBe(false);
});
