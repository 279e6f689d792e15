import type { SoloCustomer, SoloProject } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";

/** Which status may follow on which, as the server's rules have it. */
export function customerSteps(from: SoloCustomer["status"]): readonly SoloCustomer["status"][] {
  return (fieldMeta("solo.customer", "status")?.steps?.[from] ?? []) as readonly SoloCustomer["status"][];
}

/** Which state may follow on which, as the server's rules have it. */
export function projectSteps(from: SoloProject["state"]): readonly SoloProject["state"][] {
  return (fieldMeta("solo.project", "state")?.steps?.[from] ?? []) as readonly SoloProject["state"][];
}
