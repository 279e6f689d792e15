import { useEngine, useMe, useRecords } from "@/engine/react";
import type { Mine } from "./tasks";

/** What makes something mine here; `null` until it is known who I am. */
export function useMine(): (Mine & { readonly user: string }) | null {
  const { user } = useEngine();
  const { me } = useMe();
  const others = useRecords("access.member").filter(({ values }) => values.role !== "guest").length - 1;
  return me === null ? null : { user, member: me.member, isAlone: others === 0 };
}
