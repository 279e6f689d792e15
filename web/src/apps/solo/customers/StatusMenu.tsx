import { Menu, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { PendingDot } from "@/ui/record/PendingDot";
import { Refusal } from "@/ui/record/Refusal";
import { useField } from "@/ui/record/useField";
import { customerSteps } from "../steps";
import { type CustomerStatus, statuses } from "./customer";
import { StatusPill } from "./StatusPill";
import classes from "./status.module.css";

interface Props {
  readonly customer: View<"solo.customer">;
  readonly canEdit: boolean;
  readonly onChange: (status: CustomerStatus) => void;
}

/** Where a customer stands; what may follow can be chosen, and what may not says why. */
export function StatusMenu({ customer, canEdit, onChange }: Props) {
  const { t } = useTranslation();
  const { value: now, pending, letter } = useField(customer, "status");
  const label = t("records.solo.customer.fields.status");
  const possible = customerSteps(now);
  return (
    <>
      {canEdit ? (
        <Menu position="bottom-start" width="max-content">
          <Menu.Target>
            <UnstyledButton
              className={classes.button}
              aria-label={t("record.edit", { label, value: t(`records.solo.customer.status.${now}`) })}
            >
              <StatusPill status={now} />
              <IconChevronDown size={14} aria-hidden />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            {statuses.map((status) => (
              <Menu.RadioItem
                key={status}
                value={status}
                checked={status === now}
                disabled={status !== now && !possible.includes(status)}
                closeMenuOnClick
                onChange={() => onChange(status)}
              >
                <StatusPill status={status} />
                {status !== now && !possible.includes(status) && (
                  <span className={classes.why}>{t(`customers.why.${status}`)}</span>
                )}
              </Menu.RadioItem>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <StatusPill status={now} />
      )}
      {pending && <PendingDot />}
      {letter !== null && <Refusal letter={letter} />}
    </>
  );
}
