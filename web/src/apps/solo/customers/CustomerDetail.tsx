import type { View } from "@/engine/types";
import { CustomerFields } from "./CustomerFields";
import { CustomerState } from "./CustomerState";

/** What a customer is, how to reach them and how to bill them. */
export function CustomerDetail({ record }: { readonly record: View<"solo.customer"> }) {
  return (
    <>
      <CustomerState customer={record} />
      <CustomerFields customer={record} />
    </>
  );
}
