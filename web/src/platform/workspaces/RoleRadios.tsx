import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";

interface Props {
  readonly label: string;
  readonly roles: readonly Role[];
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** One of some roles, each with what it may do. */
export function RoleRadios({ label, roles, value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={label} value={value} onChange={(role) => onChange(role as Role)}>
      <Stack gap="sm" mt="xs">
        {roles.map((role) => (
          <Radio
            key={role}
            value={role}
            label={t(`roles.${role}.name`)}
            description={t(`roles.${role}.may`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
