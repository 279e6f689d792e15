import type { Role } from "@/contract/contract";
import { contract } from "@/engine/metadata";

export const roles = Object.keys(contract.roles) as readonly Role[];

/** A workspace without an owner could never be given one again, so its last owner stays one. */
export function isLastOwner(members: readonly { values: { role: Role } }[], role: Role): boolean {
  return role === "owner" && members.filter((member) => member.values.role === "owner").length === 1;
}
