import type { Role } from "@/contract/contract";

/** The roles that can be chosen. Moderators have nothing to keep order in yet, and guests nowhere to come in. */
export const roles: readonly Role[] = ["owner", "admin", "member", "viewer"];

/** A workspace without an owner could never be given one again, so its last owner stays one. */
export function isLastOwner(members: readonly { values: { role: Role } }[], role: Role): boolean {
  return role === "owner" && members.filter((member) => member.values.role === "owner").length === 1;
}
