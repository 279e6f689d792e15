import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { usePresence, useRecentChange } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { PeopleStack } from "@/ui/people/PeopleStack";
import { usePersonOf } from "@/ui/record/people";
import { RecordSign } from "@/ui/record/RecordSign";
import classes from "./customers.module.css";
import { KindIcon } from "./KindIcon";
import type { Customer } from "./listing";
import { StatusPill } from "./StatusPill";

interface Props {
  readonly customer: Customer;
  readonly workspaceId: string;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
}

export const CustomerRow = memo(function CustomerRow({ customer, workspaceId, isOpen, isCurrent }: Props) {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const personOf = usePersonOf();
  const here = usePresence(customer.type, customer.id);
  const recent = useRecentChange(customer.type, customer.id);
  const { name, kind, email, tags, status } = customer.values;
  return (
    <Link
      to="/w/$workspaceId/customers/$customerId"
      params={{ workspaceId, customerId: customer.id }}
      search={(search) => search}
      className={classes.row}
      data-row={customer.id}
      data-open={isOpen || undefined}
      data-current={isCurrent || undefined}
      data-changed={recent !== null || undefined}
      aria-current={isOpen || undefined}
    >
      <KindIcon kind={kind} />
      <span className={classes.who}>
        <span className={classes.name}>
          <bdi>{name}</bdi>
        </span>
        {email !== null && <span className={classes.email}>{email}</span>}
      </span>
      <span className={classes.rowTags}>
        {tags.slice(0, 3).map((tag) => (
          <span key={tag} className={classes.tag} dir="auto">
            {tag}
          </span>
        ))}
        {tags.length > 3 && <span className={classes.more}>+{tags.length - 3}</span>}
      </span>
      <span className={classes.signs}>
        <RecordSign state={customer.state} />
        <PeopleStack
          people={here.map(personOf)}
          size={20}
          labelOf={(person) => t("presence.here", { name: person.name })}
        />
      </span>
      <StatusPill status={status} />
      <time className={classes.changed} dateTime={customer.updatedAt}>
        {ago(customer.updatedAt)}
      </time>
    </Link>
  );
});
