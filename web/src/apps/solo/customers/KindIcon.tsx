import { IconBuilding, IconUser } from "@tabler/icons-react";
import type { SoloCustomer } from "@/contract/contract";
import classes from "./customers.module.css";

export function KindIcon({ kind }: { kind: SoloCustomer["kind"] }) {
  const Kind = kind === "company" ? IconBuilding : IconUser;
  return (
    <span className={classes.kind} data-kind={kind}>
      <Kind size={16} stroke={1.7} aria-hidden />
    </span>
  );
}
