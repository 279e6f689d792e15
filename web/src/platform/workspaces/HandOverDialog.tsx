import { Button, Group, List, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { set } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { Dialog } from "@/ui/feedback/Dialog";
import { swallowSecondClick } from "@/ui/feedback/secondClick";
import { roles } from "./roles";

interface Props {
  /** Who owns the workspace from then on. */
  readonly to: View<"access.member">;
  readonly from: View<"access.member">;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Ownership goes to someone else and I become something less, both or neither. */
export function HandOverDialog({ to, from, opened, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [role, setRole] = useState<Role>("admin");
  const { name } = to.values;

  function handOver(): void {
    swallowSecondClick();
    engine.transact([
      set("access.member", to.id, "role", "owner"),
      set("access.member", from.id, "role", role),
    ]);
    onClose();
  }

  return (
    <Dialog opened={opened} onClose={onClose} title={t("handOver.title", { name })}>
      <Stack gap="md">
        <List fz="md" spacing="xs">
          <List.Item>{t("handOver.theirs", { name })}</List.Item>
          <List.Item>{t("handOver.mine")}</List.Item>
          <List.Item>{t("handOver.back", { name })}</List.Item>
        </List>
        <Radio.Group label={t("handOver.become")} value={role} onChange={(value) => setRole(value as Role)}>
          <Stack gap="sm" mt="xs">
            {roles
              .filter((each) => each !== "owner")
              .map((each) => (
                <Radio
                  key={each}
                  value={each}
                  label={t(`roles.${each}.name`)}
                  description={t(`roles.${each}.may`)}
                />
              ))}
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("common.cancel")}
          </Button>
          <Button color="red.8" onClick={handOver}>
            {t("handOver.confirm")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
