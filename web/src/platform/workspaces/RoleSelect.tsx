import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { useMe } from "@/engine/react";
import { rolesFrom } from "./roles";

interface Props {
  readonly label: string;
  readonly value: Role;
  readonly disabled?: boolean;
  readonly onChange: (role: Role) => void;
}

/** A role with what it may do, so that nobody has to look it up. */
export function RoleSelect({ label, value, disabled = false, onChange }: Props) {
  const { t } = useTranslation();
  const { me } = useMe();
  const mine = rolesFrom(me?.role);
  const offered = mine.includes(value) ? mine : [...mine, value];
  return (
    <Select
      aria-label={label}
      size="xs"
      w={132}
      disabled={disabled}
      allowDeselect={false}
      checkIconPosition="right"
      comboboxProps={{ width: 280, position: "bottom-end" }}
      data={offered.map((role) => ({ value: role, label: t(`roles.${role}.name`) }))}
      value={value}
      onChange={(next) => {
        const role = offered.find((known) => known === next);
        if (role !== undefined) onChange(role);
      }}
      renderOption={({ option }) => {
        const role = offered.find((known) => known === option.value);
        return (
          <div>
            <Text fz="sm" fw={540}>
              {option.label}
            </Text>
            <Text fz="xs" c="dimmed">
              {role !== undefined && t(`roles.${role}.may`)}
            </Text>
          </div>
        );
      }}
    />
  );
}
