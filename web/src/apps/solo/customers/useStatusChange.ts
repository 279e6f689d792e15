import { set } from "@/engine/operations";
import type { Operation } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import type { CustomerStatus } from "./customer";

/** A status that is said together with a reason. */
export type AskedStatus = Extract<CustomerStatus, "lost" | "archived">;

const needsReason = (status: CustomerStatus): status is AskedStatus =>
  status === "lost" || status === "archived";

/** The status and its reason in one transaction, so that undo takes both back. */
export function statusOperations(
  { id, values }: View<"solo.customer">,
  status: CustomerStatus,
  reason: string | null,
): readonly Operation[] {
  return [
    set("solo.customer", id, "status", status),
    ...(reason === values.reason ? [] : [set("solo.customer", id, "reason", reason)]),
  ];
}

/** Changes the status at once, or asks why first. */
export function useStatusChange(
  customer: View<"solo.customer">,
  ask: (status: AskedStatus) => void,
): (status: CustomerStatus) => void {
  const engine = useEngine();
  const problemText = useProblemText();
  return (status) => {
    if (status === customer.values.status) return;
    const running = engine
      .records("solo.project")
      .filter(({ values }) => values.customer === customer.id && values.state === "active").length;
    if (status === "archived" && running > 0) {
      toast({ text: problemText({ code: "customer.open_projects", params: { count: running } }) });
      return;
    }
    if (needsReason(status)) ask(status);
    else engine.transact(statusOperations(customer, status, null));
  };
}
