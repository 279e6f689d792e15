import { ActionIcon, Badge, Menu } from "@mantine/core";
import { IconArrowLeft, IconDots, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { usePresence } from "@/engine/react";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { PeopleStack } from "@/ui/people/PeopleStack";
import { usePersonOf } from "@/ui/record/people";
import { RecordSign } from "@/ui/record/RecordSign";
import { type DetailContext, deleteCustomer, editCustomer } from "./actions";
import classes from "./customers.module.css";
import type { Customer } from "./listing";

interface Props {
  readonly customer: Customer;
  readonly context: DetailContext;
}

/** Who else is here, what can be done, and the way back. */
export function DetailBar({ customer, context }: Props) {
  const { t } = useTranslation();
  const personOf = usePersonOf();
  const here = usePresence(customer.type, customer.id);
  return (
    <div className={classes.bar}>
      <ActionIcon className={classes.back} size="lg" aria-label={t("customers.back")} onClick={context.close}>
        <IconArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <RecordSign state={customer.state} />
      <span className={classes.spring} />
      <PeopleStack
        people={here.map(personOf)}
        size={26}
        most={4}
        labelOf={(person) => t("presence.here", { name: person.name })}
      />
      {!context.canEdit && (
        <Badge variant="outline" color="gray" c="dimmed" tt="none" fw={540}>
          {t("customers.viewOnly")}
        </Badge>
      )}
      {(context.canEdit || context.canDelete) && (
        <Menu position="bottom-end" width="max-content">
          <Menu.Target>
            <ActionIcon aria-label={t("customers.more")}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <ActionMenuItem action={editCustomer} context={context} />
            <ActionMenuItem action={deleteCustomer} context={context} />
          </Menu.Dropdown>
        </Menu>
      )}
      <ActionIcon className={classes.close} aria-label={t("actions.close")} onClick={context.close}>
        <IconX size={18} aria-hidden />
      </ActionIcon>
    </div>
  );
}
