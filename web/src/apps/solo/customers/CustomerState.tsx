import { Menu, SegmentedControl, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { FieldSection } from "@/ui/list/FieldSection";
import { Choices } from "@/ui/menu/Choices";
import { FieldRow } from "@/ui/record/FieldRow";
import { useField } from "@/ui/record/useField";
import { type Customer, statuses } from "./customer";
import classes from "./customers.module.css";
import { StatusPill } from "./StatusPill";

/** Kind and status: what a customer is, before how to reach them. */
export function CustomerState({ customer }: { customer: Customer }) {
  return (
    <FieldSection>
      <StatusField customer={customer} />
      <KindField customer={customer} />
    </FieldSection>
  );
}

function StatusField({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const field = useField(customer, "status");
  const label = t("customers.fields.status");
  return (
    <FieldRow label={label} field={field}>
      {field.canEdit ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <UnstyledButton
              className={classes.statusButton}
              aria-label={t("record.edit", { label, value: t(`customers.status.${field.value}`) })}
            >
              <StatusPill status={field.value} />
              <IconChevronDown size={14} aria-hidden />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Choices
              values={statuses}
              chosen={field.value}
              draw={(status) => <StatusPill status={status} />}
              onChoose={field.save}
            />
          </Menu.Dropdown>
        </Menu>
      ) : (
        <span className={classes.plainState}>
          <StatusPill status={field.value} />
        </span>
      )}
    </FieldRow>
  );
}

function KindField({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const field = useField(customer, "kind");
  const label = t("customers.fields.kind");
  return (
    <FieldRow label={label} field={field}>
      {field.canEdit ? (
        <SegmentedControl
          size="xs"
          ms="0.625rem"
          aria-label={label}
          value={field.value}
          onChange={field.save}
          data={[
            { value: "company", label: t("customers.kind.company") },
            { value: "person", label: t("customers.kind.person") },
          ]}
        />
      ) : (
        <span className={classes.plainState}>{t(`customers.kind.${field.value}`)}</span>
      )}
    </FieldRow>
  );
}
