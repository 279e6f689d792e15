import { List, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { set } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { ConfirmButtons } from "@/ui/feedback/ConfirmButtons";
import { Dialog } from "@/ui/feedback/Dialog";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { RoleRadios } from "./RoleRadios";
import { roles } from "./roles";
import { useProven } from "./useProven";

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
  const problemText = useProblemText();
  const { problem, busy, prove } = useProven();
  const { name } = to.values;

  function handOver(): void {
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
        <RoleRadios
          label={t("handOver.become")}
          roles={roles.filter((each) => each !== "owner")}
          value={role}
          onChange={setRole}
        />
        <Trouble text={problem === null ? null : problemText(problem)} />
      </Stack>
      <ConfirmButtons
        confirm={t("handOver.confirm")}
        onConfirm={() => void prove(handOver)}
        onCancel={onClose}
        busy={busy}
      />
    </Dialog>
  );
}
