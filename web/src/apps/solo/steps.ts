import type { SoloCustomer, SoloProject } from "@/contract/contract";
import steps from "../../../../contract/steps.json";

/** Which status may follow on which, as the server's rules have it. */
export function customerSteps(from: SoloCustomer["status"]): readonly SoloCustomer["status"][] {
  return steps["solo.customer"][from] as readonly SoloCustomer["status"][];
}

/** Which state may follow on which, as the server's rules have it. */
export function projectSteps(from: SoloProject["state"]): readonly SoloProject["state"][] {
  return steps["solo.project"][from] as readonly SoloProject["state"][];
}
