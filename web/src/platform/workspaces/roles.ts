import type { Role } from "@/contract/contract";

/** The roles that can be chosen. Moderators have nothing to keep order in yet, and guests nowhere to come in. */
export const roles: readonly Role[] = ["owner", "admin", "member", "viewer"];

/** Those that this role may hand out: nobody makes someone more than he is himself. */
export function rolesFrom(mine: Role | undefined): readonly Role[] {
  return roles.filter((role) => role !== "owner" || mine === "owner");
}

/** A workspace without an owner could never be given one again, so its last owner stays one. */
export function isLastOwner(members: readonly { values: { role: Role } }[], role: Role): boolean {
  return role === "owner" && members.filter((member) => member.values.role === "owner").length === 1;
}

/** Whether it makes somebody one who lets others in and shuts them out: the server takes the password for that. */
export function takesProof(before: Role, next: Role): boolean {
  return (next === "owner" || (next === "admin" && before !== "owner")) && next !== before;
}
