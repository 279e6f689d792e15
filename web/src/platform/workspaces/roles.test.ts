import { expect, it } from "vitest";
import type { Role } from "@/contract/contract";
import { isLastOwner, rolesFrom, takesProof } from "./roles";

const members = (...roles: Role[]) => roles.map((role) => ({ values: { role } }));

it("lets only owners make owners", () => {
  expect(rolesFrom("owner")).toContain("owner");
  for (const mine of ["admin", undefined] as const) {
    expect(rolesFrom(mine)).not.toContain("owner");
    expect(rolesFrom(mine)).toContain("admin");
  }
});

it("knows the last owner", () => {
  expect(isLastOwner(members("owner", "member"), "owner")).toBe(true);
  expect(isLastOwner(members("owner", "owner"), "owner")).toBe(false);
  expect(isLastOwner(members("owner", "member"), "member")).toBe(false);
});

it("asks for the password where somebody becomes powerful", () => {
  expect(takesProof("member", "admin")).toBe(true);
  expect(takesProof("admin", "owner")).toBe(true);
  expect(takesProof("owner", "admin")).toBe(false);
  expect(takesProof("viewer", "member")).toBe(false);
});
