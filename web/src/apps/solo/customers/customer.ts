import type { SoloCustomer } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";

export type Customer = View<"solo.customer">;
export type CustomerStatus = SoloCustomer["status"];

export const statuses = (fieldMeta("solo.customer", "status")?.choices ?? []) as readonly CustomerStatus[];
