import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useEngine, useRecords } from "@/engine/react";
import { KindIcon } from "./KindIcon";
import { filterCustomers } from "./listing";

const most = 8;

export interface PaletteRecord {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly icon: ReactNode;
  readonly open: () => void;
}

/** The customers that the palette offers for what was typed. */
export function usePaletteCustomers(query: string): readonly PaletteRecord[] {
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  const customers = useRecords("solo.customer");
  if (query.trim() === "") return [];
  return filterCustomers(customers, { q: query })
    .slice(0, most)
    .map(({ id, values }) => ({
      id,
      name: values.name,
      detail: values.email ?? "",
      icon: <KindIcon kind={values.kind} />,
      open: () =>
        void navigate({
          to: "/w/$workspaceId/customers/$customerId",
          params: { workspaceId, customerId: id },
        }),
    }));
}
